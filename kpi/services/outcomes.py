"""1-OC: the cells of shares, which move with the facts and, as firms mature, with the calendar.

The rules are `kpi.rules.outcome`; here they are statements, because there may be millions of facts.
"""

import datetime as dt
import json
from collections.abc import Collection, Iterable
from typing import Any

from kpi.models import OutcomeCell
from kpi.rules.compute import GRADUATED, INVESTMENTS, REPLIED
from kpi.services.standing import NOW, At, fetch, firms, first_day, planned, roots

MOVES = frozenset({GRADUATED, REPLIED, *INVESTMENTS})
COUNTS = (
    "completed",
    "matured",
    "invested",
    "invested_stage1",
    "invested_stage2",
    "invested_stage3",
    "replied",
    "invested_replied",
)
# So many cells are looked up one by one.
_FEW = 100
_NOTHING: tuple[Any, ...] = (*(0 for _ in COUNTS), [])
# (ward, month as a number)
Spot = tuple[int, int]
# The counts in their order, then `lives`.
Found = dict[Spot, tuple[Any, ...]]


def outcomes(
    *, as_of: dt.date, at: At = NOW, spots: Collection[Spot] | None = None, own_days: bool = False
) -> Found:
    """1-OC of every cell, or wholly of some; `own_days` as of the day each stored cell was counted."""
    known = firms(at)
    gone, into = roots(known)
    sql = _SHARES.replace("{narrowed}", _NARROWED if spots is not None and not known else "")
    sql = sql.replace("{day}", "COALESCE(c.as_of, %(day)s)" if own_days else "%(day)s::date")
    sql = sql.replace("{cells}", _CELLS if own_days else "")
    sql = sql.replace("{merged}", _MERGED if known else "")
    sql = sql.replace("{firm}", "COALESCE(m.into_firm, f.firm_id)" if known else "f.firm_id")
    sql = sql.replace("{stands}", at.stands)
    values = at.values(
        day=as_of,
        completed=GRADUATED,
        invested=list(INVESTMENTS),
        replied=REPLIED,
        gone=gone,
        into=into,
        wards=[ward for ward, _month in spots or ()],
        months=[month for _ward, month in spots or ()],
    )
    few = spots is not None and len(spots) <= _FEW
    with planned("work_mem", "256MB"), planned("enable_nestloop", "on" if few else "off"):
        rows = fetch(sql, values)
    wanted = None if spots is None else set(spots)
    return {
        (ward, month): tuple(counts)
        for ward, month, *counts in rows
        if wanted is None or (ward, month) in wanted
    }


def outcomes_touched(firm_ids: Iterable[int]) -> set[Spot]:
    """The cells of 1-OC that facts about these firms may touch: those of their completions.

    Reversed ones too: the firm leaves their cell, and what follows may become the first.
    """
    known = firms()
    alike = {int(one) for firm in set(firm_ids) for one in known.alike(str(firm))}
    rows = fetch(_TOUCHED, {"completed": GRADUATED, "firms": sorted(alike)})
    return {(ward, month) for ward, month in rows}


def outcomes_recount(spots: Collection[Spot], as_of: dt.date) -> None:
    """Count these cells anew as of a day."""
    found = outcomes(as_of=as_of, spots=spots)
    _write({spot: found.get(spot, _NOTHING) for spot in spots}, as_of)


def outcomes_rebuild(*, as_of: dt.date) -> list[str]:
    """Count 1-OC anew as of a day and replace the table; returns the cells that had been wrong.

    Wrong is what differs from the facts as of the day it was counted: that firms have matured since
    is no mistake.
    """
    stored = {(row[0], row[1].year * 12 + row[1].month - 1): row[2:] for row in fetch(_STORED, {})}
    days = {row[-1] for row in stored.values()}
    now = outcomes(as_of=as_of)
    then = now if days <= {as_of} else outcomes(as_of=as_of, own_days=True)
    wrong = []
    for spot in sorted(stored.keys() | then.keys()):
        was, should = stored.get(spot, (*_NOTHING, as_of))[:-1], then.get(spot, _NOTHING)
        if tuple(was) != tuple(should):
            month = first_day(spot[1])
            wrong.append(f"1-OC {spot[0]} {month:%Y-%m}: {_text(was)} → {_text(should)}")
    OutcomeCell.objects.all().delete()
    _write(now, as_of)
    return wrong


def _text(counts: tuple[Any, ...]) -> str:
    completed, matured, invested, *_rest = counts
    return f"{invested}/{matured}/{completed}"


def _write(found: Found, as_of: dt.date) -> None:
    *counts, lives = zip(*found.values(), strict=True) if found else [()] * len(_NOTHING)
    values: dict[str, Any] = {
        "wards": [ward for ward, _month in found],
        "months": [first_day(month) for _ward, month in found],
        "lives": [json.dumps(one) for one in lives],
        "as_of": as_of,
        **{name: list(column) for name, column in zip(COUNTS, counts, strict=True)},
    }
    fetch(_WRITE, values)


_SHARES = """
WITH began AS (
    SELECT DISTINCT ON (firm) {firm} AS firm, f.ward_id, f.month, f.occurred_on AS day,
        (f.occurred_on + interval '1 year')::date AS matures
    FROM kpi_fact f {merged}
    WHERE f.event_type = %(completed)s AND f.firm_id IS NOT NULL AND {stands}{narrowed}
    ORDER BY firm, f.occurred_on, f.id
), put AS (
    SELECT DISTINCT ON (b.firm) b.firm, f.occurred_on AS day, f.stage
    FROM kpi_fact f {merged} JOIN began b ON b.firm = {firm}
    WHERE f.event_type = ANY(%(invested)s) AND f.occurred_on BETWEEN b.day AND b.matures AND {stands}
    ORDER BY b.firm, f.occurred_on, (f.stage = 0), f.stage
), replied AS (
    SELECT DISTINCT {firm} AS firm FROM kpi_fact f {merged}
    WHERE f.event_type = %(replied)s AND f.firm_id IS NOT NULL AND {stands}
), followed AS (
    SELECT b.ward_id, b.month, b.matures <= {day} AS matured, p.day IS NOT NULL AS invested,
        coalesce(p.stage, 0) AS stage, r.firm IS NOT NULL AS replied,
        coalesce(p.day <= {day}, false) AS seen,
        CASE WHEN p.day <= {day} THEN p.day ELSE least({day}, b.matures) END - b.day AS life
    FROM began b LEFT JOIN put p USING (firm) LEFT JOIN replied r USING (firm) {cells}
    WHERE b.day <= {day}
), days AS (
    SELECT ward_id, month, life, count(*) AS completed,
        count(*) FILTER (WHERE matured) AS matured,
        count(*) FILTER (WHERE matured AND invested) AS invested,
        count(*) FILTER (WHERE matured AND invested AND stage = 1) AS stage1,
        count(*) FILTER (WHERE matured AND invested AND stage = 2) AS stage2,
        count(*) FILTER (WHERE matured AND invested AND stage = 3) AS stage3,
        count(*) FILTER (WHERE matured AND replied) AS replied,
        count(*) FILTER (WHERE matured AND invested AND replied) AS invested_replied,
        count(*) FILTER (WHERE seen) AS seen,
        count(*) FILTER (WHERE NOT seen) AS unseen
    FROM followed GROUP BY ward_id, month, life
)
SELECT ward_id, month, sum(completed)::int, sum(matured)::int, sum(invested)::int,
    sum(stage1)::int, sum(stage2)::int, sum(stage3)::int, sum(replied)::int,
    sum(invested_replied)::int, json_agg(json_build_array(life, seen, unseen) ORDER BY life)
FROM days GROUP BY ward_id, month
"""
_CELLS = """LEFT JOIN kpi_outcomecell c
        ON c.ward_id = b.ward_id AND c.month = make_date(b.month / 12, b.month %% 12 + 1, 1)"""
_MERGED = """LEFT JOIN unnest(%(gone)s::bigint[], %(into)s::bigint[]) AS m(gone, into_firm)
        ON m.gone = f.firm_id"""
# Firms with a completion in one of the cells: all their completions decide which is the first.
_NARROWED = """ AND f.firm_id IN (
        SELECT k.firm_id FROM unnest(%(wards)s::int[], %(months)s::int[]) AS p(ward_id, month)
        JOIN kpi_fact k ON k.event_type = %(completed)s AND k.ward_id = p.ward_id
            AND k.occurred_on >= make_date(p.month / 12, p.month %% 12 + 1, 1)
            AND k.occurred_on < make_date((p.month + 1) / 12, (p.month + 1) %% 12 + 1, 1)
    )"""
_TOUCHED = """
SELECT DISTINCT ward_id, month FROM kpi_fact
WHERE event_type = %(completed)s AND firm_id = ANY(%(firms)s::bigint[]) AND reverses_id IS NULL
"""
_STORED = """
SELECT ward_id, month, completed, matured, invested, invested_stage1, invested_stage2,
    invested_stage3, replied, invested_replied, lives::json, as_of
FROM kpi_outcomecell
"""
_WRITE = """
INSERT INTO kpi_outcomecell (ward_id, month, completed, matured, invested, invested_stage1,
    invested_stage2, invested_stage3, replied, invested_replied, lives, as_of)
SELECT ward_id, month, completed, matured, invested, s1, s2, s3, replied, s_replied, lives::jsonb,
    %(as_of)s
FROM unnest(%(wards)s::int[], %(months)s::date[], %(completed)s::int[], %(matured)s::int[],
    %(invested)s::int[], %(invested_stage1)s::int[], %(invested_stage2)s::int[],
    %(invested_stage3)s::int[], %(replied)s::int[], %(invested_replied)s::int[], %(lives)s::text[])
    AS n(ward_id, month, completed, matured, invested, s1, s2, s3, replied, s_replied, lives)
ON CONFLICT (month, ward_id) DO UPDATE SET completed = excluded.completed,
    matured = excluded.matured, invested = excluded.invested,
    invested_stage1 = excluded.invested_stage1, invested_stage2 = excluded.invested_stage2,
    invested_stage3 = excluded.invested_stage3, replied = excluded.replied,
    invested_replied = excluded.invested_replied, lives = excluded.lives, as_of = excluded.as_of,
    computed_at = statement_timestamp()
RETURNING ward_id
"""
