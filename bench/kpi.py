"""Figures on 5,000,000 facts: `kpi_rebuild`, `kpi_fresh`, and `kpi_page` with few facts and with all.

The facts are made by SQL in the measured copy, after everything else was measured, and go with it.
`python -m bench.kpi` measures the first two alone, on a database of its own.
"""

import argparse
import contextlib
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from bench import measure as m
from bench.instance import WORKER
from portal.runtime import processes
from portal.runtime.paths import log_dir

DATABASE = "machikoba_bench_kpi"
FACTS, FIRMS, ROUNDS, PAGE_ROUNDS = 5_000_000, 20_000, 3, 60
MOST_TIMES, MOST_SECONDS, MOST_FLOORS = 1.5, 2.0, 20
# Times of the page with all facts and with few may differ by so much, as two runs do.
MOST_GROWTH = 1.5
SQL = Path(__file__).parent / "sql/kpi.sql"
# What the other measures told and nobody has delivered would stand before the fact in the queue.
SETTLED = (
    "UPDATE kernel_outboxevent SET relayed_at = now(), closed_at = now() WHERE closed_at IS NULL"
)
# What somebody would ask to count the same facts: what was taken back does not count, every key once
# in its ward and month.
RAW = """
SELECT f.event_type, f.stage, f.ward_id, f.month, count(DISTINCT f.event_key)
FROM kpi_fact f
WHERE f.reverses_id IS NULL AND NOT EXISTS (SELECT FROM kpi_fact r WHERE r.reverses_id = f.id)
GROUP BY f.event_type, f.stage, f.ward_id, f.month
"""


def page(session: str) -> m.Target:
    """The dashboard of all wards, for policy staff."""
    from django.urls import reverse

    from portal.kernel import clock

    year = clock.fiscal_year(clock.today())
    return m.page("kpi_page", reverse("kpi:overview", args=[year]), "1-OP1", session)


def seed(count: int = FACTS) -> float:
    """The facts, and what they come to; returns the seconds it took."""
    from bench.cases import SYSTEM
    from kpi import services
    from portal.kernel.database import acting

    started = time.perf_counter()
    with psycopg.connect(os.environ["BENCH_ADMIN_URL"], autocommit=True) as admin:
        for setting in (
            "synchronous_commit = off",
            "session_replication_role = replica",
            "work_mem = '256MB'",
            "maintenance_work_mem = '512MB'",
        ):
            admin.execute(f"SET {setting}")
        admin.execute("SELECT set_config('bench.facts', %s, false)", [str(count)])
        admin.execute(SQL.read_text())
        admin.execute(SETTLED)
        admin.execute("VACUUM (ANALYZE) kpi_fact")
    with acting(SYSTEM):
        services.rebuild()
    return time.perf_counter() - started


def rebuild() -> dict[str, object]:
    """`kpi_rebuild`: counting everything anew and comparing, against the raw aggregate, in turns; the
    worst of the ratios.

    Raises RuntimeError where a rebuild after a rebuild finds something wrong.
    """
    from kpi import services

    raw, anew = [], []
    for _round in range(ROUNDS):
        raw.append(_timed(_raw))
        checks: list[Any] = []
        anew.append(_timed(lambda checks=checks: checks.append(services.rebuild())))
        if checks[0].wrong:
            raise RuntimeError(f"the rebuild found wrong figures: {checks[0].lines[:3]}")
    value = max(mine / its for mine, its in zip(anew, raw, strict=True))
    return {
        "value": round(value, 2),
        "unit": "× raw aggregate",
        "goal": MOST_TIMES,
        "ok": value <= MOST_TIMES,
        "facts": _count(),
        "seconds": round(statistics.median(anew), 2),
        "raw_seconds": round(statistics.median(raw), 2),
    }


def fresh() -> dict[str, object]:
    """`kpi_fresh`: from an event's commit until the dashboard's figure has moved, by a real worker."""
    seconds = []
    with _worker():
        for number in range(ROUNDS + 1):
            before = submissions()
            started = time.perf_counter()
            _submit(10**9 + time.time_ns() % 10**9 + number)
            while submissions() != before + 1:
                if time.perf_counter() - started > 60:
                    raise RuntimeError("the fact is not to be seen")
                time.sleep(0.01)
            seconds.append(time.perf_counter() - started)
    value = max(seconds[1:])  # the first one wakes the worker's processes
    return {
        "value": round(value, 2),
        "unit": "s",
        "goal": MOST_SECONDS,
        "ok": value <= MOST_SECONDS,
        "facts": _count(),
        "all": [round(one, 2) for one in seconds],
    }


@contextlib.contextmanager
def _worker() -> Iterator[None]:
    """A Celery worker as in production, ready to work."""
    child = processes.Child(
        "worker",
        processes.worker_command(concurrency=2, name=f"bench{os.getpid()}"),
        environment=os.environ | WORKER,
        log=log_dir() / "bench-kpi-worker.log",
    )
    try:
        child.wait_for_line(" ready.", 60)
        yield
    finally:
        child.stop()


def compare(port: int, target: m.Target, few: float) -> dict[str, object]:
    """`kpi_page` once more: its median against the floor's, and against its own with few facts.

    Cold is the slowest first answer: no worker has summed up these facts before.
    """
    connections = [m.Connection(port) for _ in range(m.CONNECTIONS)]
    floor = m.page("floor", "/floor/", "1")
    cold = max(target.request(one).seconds for one in connections)
    seconds: dict[str, list[float]] = {"floor": [], "page": []}
    for number in range(PAGE_ROUNDS):
        for name, one in (("floor", floor), ("page", target)):
            answer = one.request(connections[number % m.CONNECTIONS])
            seconds[name].append(answer.seconds)
    for one in connections:
        one.close()
    warm, base = statistics.median(seconds["page"]), statistics.median(seconds["floor"])
    return judged(warm, cold, base, few) | {"facts": _count()}


def judged(warm: float, cold: float, floor: float, few: float) -> dict[str, object]:
    """The entry of `kpi_page` with all facts; `few`: its times the floor with few facts."""
    times = warm / floor
    return {
        "value": round(times, 2),
        "unit": "× the floor",
        "goal": MOST_FLOORS,
        "ok": times <= MOST_FLOORS and times <= few * MOST_GROWTH,
        "few": round(few, 2),
        "most_growth": MOST_GROWTH,
        "median_ms": round(1000 * warm, 2),
        "cold_ms": round(1000 * cold, 2),
    }


def submissions() -> int:
    """2-KSI of the ward in the running year, as the dashboard reads it."""
    from bench.cases import SUMIDA, SYSTEM
    from kpi import selectors
    from portal.kernel import clock
    from portal.kernel.database import acting

    today = clock.today()
    with acting(SYSTEM):
        found = selectors.progress(
            fiscal_year=clock.fiscal_year(today), as_of=today, ward_id=SUMIDA
        )
    return next(item.value for item in found if item.indicator.code == "2-KSI")


def _submit(number: int) -> None:
    """What a submission tells, in a transaction of its own."""
    from bench.cases import SUMIDA, SYSTEM
    from portal.kernel import clock, outbox
    from portal.kernel.database import acting

    with acting(SYSTEM):
        outbox.publish(
            name="subsidies.application_submitted",
            subject=number,
            ward_id=SUMIDA,
            payload={
                "application_id": number,
                "first": True,
                "firm_id": None,
                "stage": 1,
                "submitted_on": clock.today().isoformat(),
            },
        )


def _raw() -> None:
    _ask("SELECT set_config('work_mem', '256MB', true)")
    _ask(RAW)


def _timed(work: Callable[[], object]) -> float:
    from django.db import connection

    from bench.cases import SYSTEM
    from portal.kernel.database import acting

    started = time.perf_counter()
    with acting(SYSTEM):
        # Five million rows take longer than a page may.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
        work()
    return time.perf_counter() - started


def _count() -> int:
    found: list[int] = []
    _timed(lambda: found.append(int(_ask("SELECT count(*) FROM kpi_fact")[0][0])))
    return found[0]


def _ask(sql: str) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def main() -> int:
    """Rebuild and freshness on a database of their own, which stays for the next time."""
    from bench import instance
    from portal.runtime.environment import read_dotenv
    from portal.runtime.steps import Steps

    parser = argparse.ArgumentParser(prog="python -m bench.kpi", description=main.__doc__)
    parser.add_argument("--facts", type=int, default=FACTS)
    parser.add_argument("--keep", action="store_true", help="measure on what is there")
    given = parser.parse_args()
    read_dotenv()
    steps = Steps(1)
    with instance.services() as running:
        with steps.step("Database") as step:
            if not given.keep:
                instance.make(running, step, DATABASE)
        os.environ.update(running.environment(DATABASE))
        os.environ["DATABASE_STATEMENT_TIMEOUT_MS"] = "0"
        import django

        django.setup()
        if not given.keep:
            from bench.seed import _firms, _schemes

            _schemes()
            _firms(FIRMS)
            print(f"seeded in {seed(given.facts):.0f} s", flush=True)
        for work in (rebuild, fresh):
            print(work.__name__, work(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
