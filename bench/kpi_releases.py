"""`kpi_releases`: 60 releases of 23 wards × 60 months × all indicators: room, storing, comparing.

Every release holds all months; from one to the next a month is new and some figures are restated.
"""

import datetime as dt
import random
import statistics
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise

RELEASES, MONTHS, MOST_MB = 60, 60, 200
RESTATED = 40  # figures that a release changes in months before
TABLES = ("releases_release", "releases_figures", "releases_publicfigures")


def measure() -> dict[str, object]:
    """Megabytes of the tables with their indexes; seconds to store one, milliseconds to compare two."""
    from django.db import transaction

    from bench.cases import SYSTEM
    from kpi.releases.models import Release
    from portal.kernel.database import acting

    with acting(SYSTEM):
        before, known = _bytes(), set(Release.objects.values_list("pk", flat=True))
    stored = []
    for release in _releases():
        with acting(SYSTEM), transaction.atomic():
            started = time.perf_counter()
            release()
            stored.append(time.perf_counter() - started)
    with acting(SYSTEM):
        rows = list(Release.objects.exclude(pk__in=known).order_by("watermark"))
        compared, changed = _compared(rows)
        megabytes = (_bytes() - before) / 1024**2
        figures = sum(row.lines for row in rows)
    return {
        "value": round(megabytes, 1),
        "unit": "MB",
        "goal": MOST_MB,
        "ok": megabytes <= MOST_MB,
        "releases": len(rows),
        "figures": figures,
        "store_seconds": round(statistics.median(stored), 2),
        "first_seconds": round(stored[0], 2),
        "compare_ms": round(1000 * statistics.median(compared), 1),
        "changed": changed,
    }


def _releases() -> Iterator[Callable[[], object]]:
    """What stores the releases, one after another."""
    from bench.cases import SYSTEM
    from kpi.releases.rules import Column
    from kpi.releases.services import Wanted, release_store
    from kpi.releases.subjects import subjects
    from portal.kernel import clock

    rng = random.Random(60)
    codes = [code for subject in subjects() for code in subject.codes]
    last = clock.today().replace(day=1)
    months = [_months_before(last, back) for back in range(2 * MONTHS, 0, -1)]
    figures = {(code, month): _row(rng) for code in codes for month in months[:MONTHS]}
    now = clock.database_now()
    for number, month in enumerate(months[MONTHS : MONTHS + RELEASES]):
        for code in codes:
            figures.pop((code, months[number]), None)
            figures[code, month] = _row(rng)
        for key in rng.sample(sorted(figures), RESTATED):
            figures[key][rng.randrange(23)] += 1
        columns = [
            Column(code, period, tuple(row), None, tuple(int(value) for value in row))
            for (code, period), row in sorted(figures.items())
        ]
        wanted = Wanted("preliminary", clock.month_end(month))
        watermark = now + dt.timedelta(seconds=number)
        yield lambda wanted=wanted, watermark=watermark, columns=columns: release_store(
            actor=SYSTEM, wanted=wanted, watermark=watermark, figures=columns
        )


def _compared(rows: list) -> tuple[list[float], int]:
    """Seconds of each comparison of neighbours; how many figures differed in the last."""
    from kpi.releases.rules import changes
    from kpi.releases.selectors.figures import columns_of

    seconds, found = [], 0
    for before, after in pairwise(rows):
        started = time.perf_counter()
        found = len(list(changes(columns_of(before), columns_of(after))))
        seconds.append(time.perf_counter() - started)
    return seconds, found


def _row(rng: random.Random) -> list[Decimal]:
    return [Decimal(rng.choice((0, 1, 2, 5, 12, 40, 260))) for _ward in range(23)]


def _months_before(day: dt.date, back: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 - back, 12)
    return day.replace(year=year, month=month + 1)


def _bytes() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(%s::text[]) name",
            [[*TABLES]],
        )
        return int(cursor.fetchone()[0])
