"""`make bench-growth`: what the queue's own SQL costs at 10,000, 100,000 and 1,000,000 rows.

Runs the selectors in this process, as the application's login under the official's row policies.
Two measures: the shortest time of many runs around the statements, so that other work of the
machine does not count, and the pages of 8 kB that PostgreSQL looked at, which are the same on
every machine.
"""

import argparse
import math
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from bench import instance
from portal.runtime.environment import read_dotenv
from portal.runtime.paths import PlainError
from portal.runtime.steps import Steps

SIZES = (10_000, 100_000, 1_000_000)
DATABASE = "machikoba_bench_growth"
WARD, REPEATS = 13111, 41
# Measured twice, times differ by that much; what grows by less than this is not seen.
TOLERANCE, UNSEEN_MS = 1.5, 0.3


@dataclass(frozen=True)
class Cost:
    """One call at one size: milliseconds in the database, pages it looked at, what it found."""

    ms: float
    pages: int
    found: str


def main() -> int:
    """Seed and time each size in turn; print and keep the table. Exit code 0 also on a bad verdict."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--try", dest="trial", action="store_true", help="write no results")
    given = parser.parse_args()
    read_dotenv()
    try:
        costs = run(given.sizes)
    except PlainError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    table = as_table(costs)
    if not given.trial:
        from bench import report

        report.replace("growth", table)
    print(f"\n{table}")
    return 0


def run(sizes: list[int]) -> dict[int, dict[str, Cost]]:
    """size → call → cost."""
    steps, found = Steps(1 + len(sizes)), {}
    with instance.services() as running:
        with steps.step("Database") as step:
            instance.make(running, step, DATABASE)
        os.environ.update(running.environment(DATABASE))
        import django

        django.setup()
        with psycopg.connect(os.environ["BENCH_ADMIN_URL"], autocommit=True) as admin:
            prepare(admin)
            for size in sizes:
                with steps.step(f"{size:,} applications") as step:
                    step.note("rows")
                    fill(admin, size)
                    step.note("timing")
                    found[size] = timed()
    return found


def prepare(admin: psycopg.Connection) -> None:
    """Schemes and calls, which the rows refer to."""
    from bench.seed import _schemes

    _schemes()
    admin.execute("SET session_replication_role = replica")
    admin.execute("SET synchronous_commit = off")


def fill(admin: psycopg.Connection, size: int) -> None:
    """Exactly `size` rows, with their search texts, analyzed."""
    from bench.seed import _run, _set

    _set(admin, count=size)
    _run(admin, "growth")
    _run(admin, "search")
    admin.execute("VACUUM (ANALYZE) subsidies_application")
    admin.execute("VACUUM (ANALYZE) subsidies_applicationsearch, subsidies_searchgram")


def timed() -> dict[str, Cost]:
    """Every call of the queue as an official of the largest ward."""
    from portal.accounts.roles import Role
    from portal.kernel import clock
    from portal.kernel.actor import Actor, Hat
    from subsidies.selectors import QueueFilters, queue_counts, queue_page

    actor = Actor(1, "職員", Hat.WARD, frozenset({Role.REVIEWER}), ward_id=WARD)
    today = clock.today()

    def page(number: int = 1, **filters: Any) -> Callable[[], Any]:
        given = QueueFilters(**filters)
        return lambda: queue_page(actor, given, today=today, page=number)

    calls = {
        "first page": page(),
        "page 50": page(50, status="any"),
        "by status": page(status="reviewing"),
        "decided cases": page(status="decided"),
        "counts of the tabs": lambda: queue_counts(actor, today),
        "search, a rare name (多摩川硝子7)": page(status="any", query="多摩川硝子7"),
        "search, a common name (鈴木精機)": page(status="any", query="鈴木精機"),
        "search, a word of many names (製作所)": page(status="any", query="製作所"),
    }
    return {name: _cost(actor, call) for name, call in calls.items()}


def _cost(actor: Any, call: Callable[[], Any]) -> Cost:
    from django.db import connection

    from portal.kernel.database import acting

    spent, pages, result = 0.0, 0, None

    def clocked(execute: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal spent
        started = time.perf_counter()
        answer = execute(*arguments)
        spent += time.perf_counter() - started
        return answer

    def counted(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        nonlocal pages
        cursor = context["cursor"].cursor
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0][0]["Plan"]
        pages += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        return execute(sql, params, many, context)

    times = []
    for _ in range(REPEATS):
        spent = 0.0
        with acting(actor), connection.execute_wrapper(clocked):
            result = call()
        times.append(spent * 1000)
    with acting(actor), connection.execute_wrapper(counted):
        call()
    return Cost(min(times), pages, _words(result))


def _words(result: Any) -> str:
    if isinstance(result, dict):
        return f"{result['all']:,}"
    more = "+" if result.total_is_more else ""
    return f"{result.total:,}{more}"


def as_table(costs: dict[int, dict[str, Cost]]) -> str:
    """Milliseconds per size, the growth over the whole range, and the verdict."""
    sizes = sorted(costs)
    allowed = math.log(sizes[-1]) / math.log(sizes[0])
    explained = (
        f"Milliseconds in the database (shortest of {REPEATS} runs) / pages of 8 kB looked at, by"
        " number of applications, 15 % of them the ward's; in brackets the rows found or counted."
        f" Over this range log n grows {allowed:.2f}-fold."
    )
    lines = [
        explained,
        "",
        "| | " + " | ".join(f"{size:,}" for size in sizes) + " | growth | verdict |",
        "|---|" + "--:|" * (len(sizes) + 1) + "---|",
    ]
    for name in costs[sizes[0]]:
        row = [costs[size][name] for size in sizes]
        cells = " | ".join(f"{cost.ms:.2f} / {cost.pages:,} ({cost.found})" for cost in row)
        growth = f"{row[-1].ms / row[0].ms:.1f}× / {row[-1].pages / row[0].pages:.1f}×"
        lines.append(f"| {name} | {cells} | {growth} | {_verdict(row, allowed)} |")
    return "\n".join(lines)


def _verdict(row: list[Cost], allowed: float) -> str:
    first, last = row[0].ms, row[-1].ms
    held = last <= max(first * allowed * TOLERANCE, first + UNSEEN_MS)
    return "no faster than log n" if held else "**faster than log n**"


if __name__ == "__main__":
    sys.exit(main())
