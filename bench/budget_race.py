"""`budget_race`: 64 threads take money for decisions from one call, against the bare UPDATE.

Each transaction is one `services.budget.commit` (the conditional UPDATE with its ledger row) under
the row policies of an official; the bare one is the conditional UPDATE alone on a call of its own.
Both in turn, several times, on the same durable PostgreSQL; what counts is their ratio. Exact: in
every round the ledger adds up, and in a last one with money for half of the attempts precisely
that half succeeds.
"""

import threading
import time
from collections.abc import Callable

from django.db import connection, connections

THREADS, MOST_EACH, ROUNDS = 64, 10, 3
YEN = 1_000
LEAST_RATIO = 0.5
LONGEST_SECONDS = 300


class TooFew(RuntimeError):
    """The seed has too few applications; a quick look at the rest goes on without the race."""


def measure() -> dict[str, object]:
    """The ratio of both speeds. Raises TooFew, and RuntimeError when the money is not exact."""
    each = min(MOST_EACH, len(_applications()) // (THREADS * (ROUNDS + 1)))
    if not each:
        raise TooFew("the seed has too few applications for the race")
    found = sorted((_round(each) for _ in range(ROUNDS)), key=lambda speeds: speeds[0] / speeds[1])
    taken, bare = found[ROUNDS // 2]
    _race(each, share=2)
    return {
        "value": round(taken / bare, 2),
        "unit": "× bare UPDATE",
        "goal": LEAST_RATIO,
        "ok": taken / bare >= LEAST_RATIO,
        "threads": THREADS,
        "attempts": THREADS * each,
        "per_second": round(taken, 1),
        "bare_per_second": round(bare, 1),
    }


def _round(each: int) -> tuple[float, float]:
    """Commits and bare UPDATEs per second."""
    bare = _timed(_bare(_call(THREADS * each)), each)
    return _race(each, share=1), bare


def _race(each: int, *, share: int) -> float:
    """Commits per second on a fresh call that has money for one in `share` attempts."""
    call_id = _call(THREADS * each // share)
    applications = _applications()[: THREADS * each]
    _move(applications, call_id)
    speed = _timed(_commit(applications), each)
    _check(call_id, THREADS * each // share)
    return speed


def _timed(attempt: Callable[[int], None], each: int) -> float:
    """Attempts per second of all threads together; their connections are open beforehand."""
    errors: list[BaseException] = []
    ready = threading.Barrier(THREADS + 1, timeout=LONGEST_SECONDS)
    done = threading.Barrier(THREADS + 1, timeout=LONGEST_SECONDS)

    def run(thread: int) -> None:
        try:
            connection.ensure_connection()
            ready.wait()
            for number in range(each):
                attempt(thread * each + number)
        except Exception as error:  # noqa: BLE001 - told by the main thread
            errors.append(error)
        finally:
            done.wait()
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    ready.wait()
    started = time.perf_counter()
    done.wait()
    seconds = time.perf_counter() - started
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return THREADS * each / seconds


def _bare(call_id: int) -> Callable[[int], None]:
    """The conditional UPDATE as a system's own transaction, nothing around it."""
    from bench.cases import SYSTEM
    from portal.kernel.database import acting

    def attempt(_number: int) -> None:
        with acting(SYSTEM), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE subsidies_call SET committed_yen = committed_yen + %s,"
                " decided_yen = decided_yen + %s WHERE id = %s AND committed_yen <= budget_yen - %s",
                [YEN, YEN, call_id, YEN],
            )

    return attempt


def _commit(applications: list[int]) -> Callable[[int], None]:
    from bench.cases import SUMIDA, official
    from portal.kernel.actor import Actor, Hat
    from portal.kernel.database import acting
    from subsidies.models import Application
    from subsidies.services import budget
    from subsidies.services.errors import BudgetExceeded

    user = official()
    actor = Actor(user.pk, user.name, Hat.WARD, frozenset({"approver"}), ward_id=SUMIDA)
    with acting(actor):
        rows = Application.objects.select_related("call").in_bulk(applications)
    found = [rows[pk] for pk in applications]

    def attempt(number: int) -> None:
        try:
            with acting(actor):
                budget.commit(found[number], YEN)
        except BudgetExceeded:
            pass

    return attempt


def _call(grants: int) -> int:
    """A call of 墨田区 like its newest one, with money for that many grants."""
    from bench.cases import SUMIDA, SYSTEM
    from portal.kernel.database import acting
    from subsidies.models import Call

    with acting(SYSTEM):
        call = Call.objects.filter(ward_id=SUMIDA).latest("id")
        call.pk = None
        call.round = 1 + max(Call.objects.values_list("round", flat=True))
        call.mode = Call.Mode.ROUND
        call.committed_yen = call.decided_yen = call.final_yen = call.paid_yen = 0
        call.reserved_yen = call.graduate_yen = 0
        call.budget_yen = YEN * grants
        call.save(force_insert=True)
    return call.pk


def _applications() -> list[int]:
    """Submitted applications of as many firms of 墨田区, without ledger rows."""
    from bench.cases import SUMIDA, SYSTEM
    from portal.kernel.database import acting
    from subsidies.models import Application, BudgetEntry

    with acting(SYSTEM):
        held = BudgetEntry.objects.values("application_id")
        rows = Application.objects.filter(ward_id=SUMIDA, receipt_no__isnull=False)
        fresh = rows.exclude(pk__in=held).order_by("firm_id", "id").distinct("firm_id")
        return list(fresh.values_list("pk", flat=True))


def _move(applications: list[int], call_id: int) -> None:
    """As if they had been made to that call."""
    from bench.cases import SYSTEM
    from portal.kernel.database import acting
    from subsidies.models import Application

    with acting(SYSTEM):
        Application.objects.filter(pk__in=applications).update(call_id=call_id)


def _check(call_id: int, expected: int) -> None:
    from django.db.models import Count, Sum

    from bench.cases import SYSTEM
    from portal.kernel.database import acting
    from subsidies.models import BudgetEntry, Call

    with acting(SYSTEM):
        call = Call.objects.get(pk=call_id)
        told = BudgetEntry.objects.filter(call=call).aggregate(n=Count("id"), yen=Sum("amount_yen"))
    if (told["n"], told["yen"], call.committed_yen) != (expected, call.budget_yen, call.budget_yen):
        raise RuntimeError(f"the race lost or doubled money: {told}, {call.committed_yen}")
