"""What facts have touched is recounted by a worker; every night all is counted anew and compared.

Every fact leaves a row in `Pending` in its own transaction (a trigger does it, whoever writes the fact).
One worker at a time takes the rows it sees and recounts whole cells, from a statement that begins
afterwards and therefore sees the facts of all those rows. See docs/adr/0050-recounting.md.
"""

import datetime as dt
import time
from collections.abc import Collection

from django.db import connection, transaction

from kpi.indicators import INDICATORS, INVESTED
from kpi.indicators.ratios import FELT_EFFECT
from kpi.models import Check
from kpi.rules.firms import MERGED
from kpi.services import felt, levels, outcomes
from kpi.services.cells import cells_rebuild, cells_recount, levels_recount
from kpi.services.standing import fetch
from kpi.services.undelivered import undelivered
from portal.kernel import clock

# One at a time recounts. Above so many facts everything is counted anew, which is faster then.
_LOCK = (471, 1)
MANY = 20_000
# So many wrong figures are kept by name.
SHOWN = 50
# A statement of the nightly count may take so long.
LONGEST = "15min"


def work_off(*, today: dt.date | None = None) -> int:
    """Recount what the facts since the last time have touched; returns how many there were."""
    day = today or clock.today()
    with transaction.atomic():
        _lock()
        taken = _take()
        if len(taken) > MANY or any(kind == MERGED for _pk, kind, _firm, _on in taken):
            _rebuild(day)
        elif taken:
            _recount(taken, day)
    return len(taken)


def rebuild(*, as_of: dt.date | None = None) -> Check:
    """Count everything anew, replace the tables, and keep what had been wrong.

    What a definition of another version counts otherwise is no mistake; it is named apart. Facts that
    came meanwhile are left to the next recount and their indicators out of the verdict.
    """
    day, began = as_of or clock.today(), time.monotonic()
    with transaction.atomic():
        _lock()
        if taken := _take():
            # Until here the table may be behind: that is no mistake either.
            _recount(taken, day) if len(taken) <= MANY else _rebuild(day)
        lines = _rebuild(day)
        versions = _versions()
        before = last_check()
        known = before.versions if before else versions
        redefined = sorted(code for code in versions if known.get(code) != versions[code])
        late = _concerned(_pending())
        wrong = [line for line in lines if _code_of(line) not in {*redefined, *late}]
        return Check.objects.create(
            as_of=day,
            wrong=len(wrong),
            lines=wrong[:SHOWN],
            redefined=redefined,
            versions=versions,
            undelivered=undelivered(now=clock.database_now()),
            seconds=round(time.monotonic() - began, 1),
        )


def last_check() -> Check | None:
    """The newest nightly count; None before the first."""
    return Check.objects.order_by("-pk").first()


# Of each fact its key, type, firm and day.
_Taken = list[tuple[int, str, int | None, dt.date]]


def _take() -> _Taken:
    """The facts that wait, which wait no more."""
    return _facts([pk for (pk,) in fetch("DELETE FROM kpi_pending RETURNING fact_id", {})])


def _pending() -> _Taken:
    return _facts([pk for (pk,) in fetch("SELECT fact_id FROM kpi_pending", {})])


def _facts(ids: Collection[int]) -> _Taken:
    rows = fetch(_OF, {"ids": list(ids)}) if ids else []
    return [(pk, kind, firm, day) for pk, kind, firm, day in rows]


def _recount(taken: _Taken, day: dt.date) -> None:
    cells_recount([pk for pk, _kind, _firm, _on in taken])
    firsts: dict[str, dt.date] = {}
    for _pk, kind, _firm, on in taken:
        for indicator in levels.moved_by(kind):
            firsts[indicator.code] = min(on, firsts.get(indicator.code, on))
    levels_recount(firsts, day)
    followed = {firm for _pk, kind, firm, _on in taken if firm and kind in outcomes.MOVES}
    if followed and (spots := outcomes.outcomes_touched(followed)):
        outcomes.outcomes_recount(spots, day)
    answered = [pk for pk, kind, _firm, _on in taken if kind in felt.MOVES]
    if answered:
        felt.felt_recount(answered, day)


def _rebuild(day: dt.date) -> list[str]:
    with connection.cursor() as cursor:
        # Millions of facts take longer than a page's statement may.
        cursor.execute(f"SET LOCAL statement_timeout = '{LONGEST}'")
    return [
        *cells_rebuild(as_of=day),
        *outcomes.outcomes_rebuild(as_of=day),
        *felt.felt_rebuild(as_of=day),
    ]


def _concerned(taken: _Taken) -> set[str]:
    """The indicators that these facts may move."""
    found = set()
    for _pk, kind, _firm, _on in taken:
        found |= {item.code for item in INDICATORS if kind in item.event_types}
        found |= {item.code for item in levels.moved_by(kind)}
        if kind in outcomes.MOVES:
            found.add(INVESTED.code)
        if kind in felt.MOVES:
            found.add(FELT_EFFECT.code)
    return found


def _versions() -> dict[str, int]:
    counts = {item.code: item.version for item in INDICATORS}
    return counts | {INVESTED.code: INVESTED.version, FELT_EFFECT.code: FELT_EFFECT.version}


def _code_of(line: str) -> str:
    """2-OP1 of "2-OP1 13107 2026-10: 9 → 1", of a part the indicator's."""
    return line.split(" ", 1)[0].partition("/")[0]


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", _LOCK)


_OF = "SELECT id, event_type, firm_id, occurred_on FROM kpi_fact WHERE id = ANY(%(ids)s)"
