"""The lab's bookings: `week_grid` (a page), `booking_insert` and `booking_race` (works).

The million bookings are part of the seed (bench/sql/labs.sql). The works measure on machines of
their own, in months in which nothing else is booked.
"""

import datetime as dt
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator

from django.db import connection, connections
from django.urls import reverse

from bench import measure
from bench.cases import SUMIDA, SYSTEM
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting

# As many at once as the machine has cores: more would measure the interpreter's lock.
THREADS, EACH, TURNS, LEAST_RATIO = 2, 300, 7, 0.6
CLIENTS, ROUNDS, MOST_MS = 64, 100, 150
FEWEST = 1_000_000


def page() -> measure.Target:
    """The week of all machines, for a visitor. Raises RuntimeError on a seed without the million."""
    from lab.booking.models import Booking, Lab

    with acting(SYSTEM):
        lab = Lab.objects.get(name="計測ラボ")
        if (found := Booking.objects.count()) < FEWEST:
            raise RuntimeError(f"only {found:,} bookings")
    return measure.page("week_grid", reverse("booking:week", args=[lab.public_id]), "設備100")


class Insert:
    """`booking_insert`: locking, looking and writing a booking, against one bare row.

    The bare row is the machine's alone (`booking_booking`), under the same exclusion constraints, by
    as many clients, in a transaction and with the role of its own. The booking writes the
    reservation besides.
    """

    @staticmethod
    def measure() -> dict[str, object]:
        """The median ratio of some turns; both in the same run, one after the other."""
        ratios, speeds = [], []
        for turn in range(TURNS):
            machines = _machines(THREADS)
            bare = _timed(_bare(machines, 2 * turn))
            taken = _timed(_taken(machines, 2 * turn + 1))
            ratios.append(taken / bare)
            speeds.append((taken, bare))
        value = statistics.median(ratios)
        taken, bare = speeds[ratios.index(value)]
        return {
            "value": round(value, 2),
            "unit": "× bare INSERT",
            "goal": LEAST_RATIO,
            "ok": value >= LEAST_RATIO,
            "threads": THREADS,
            "per_second": round(taken, 1),
            "bare_per_second": round(bare, 1),
        }


class Race:
    """`booking_race`: 64 firms for one slot; the others are told the next free ones."""

    @staticmethod
    def measure() -> dict[str, object]:
        """The 95th percentile of the rounds. Raises RuntimeError where not exactly one has won."""
        # Sixty-four clients in one process take turns at its lock: short ones.
        sys.setswitchinterval(0.0005)
        before = _deadlocks()
        seconds = sorted(_Rivals(_actors(CLIENTS)).rounds())
        deadlocks = _deadlocks() - before
        p95 = seconds[int(ROUNDS * 0.95) - 1] * 1000
        return {
            "value": round(p95, 1),
            "unit": "ms",
            "goal": MOST_MS,
            "ok": p95 <= MOST_MS and not deadlocks,
            "clients": CLIENTS,
            "rounds": ROUNDS,
            "p50_ms": round(seconds[ROUNDS // 2] * 1000, 1),
            "deadlocks": deadlocks,
        }


def _machines(count: int) -> list[int]:
    """Fresh machines of a lab of their own."""
    from lab.booking.models import Lab, Machine, OpeningHours

    with acting(SYSTEM):
        lab = Lab.objects.create(
            ward_id=SUMIDA,
            name=f"計測{time.monotonic_ns()}",
            place="",
            contact="",
            grace_minutes=20,
        )
        OpeningHours.objects.bulk_create(
            OpeningHours(lab=lab, weekday=day, opens=dt.time(0), closes=dt.time(23, 59))
            for day in range(7)
        )
        Lab.objects.filter(pk=lab.pk).update(closes_on_holidays=False)
        rows = Machine.objects.bulk_create(
            Machine(
                lab=lab, category="iot", name=f"計測{n}", summary="", place="", lead_hours=0,
                ahead_days=365,
            )
            for n in range(count)
        )  # fmt: skip
    return [row.pk for row in rows]


def _timed(attempt: Callable[[int, int], None]) -> float:
    """Attempts per second of all threads together; their connections are open beforehand."""
    errors: list[BaseException] = []
    ready, done = threading.Barrier(THREADS + 1), threading.Barrier(THREADS + 1)

    def run(thread: int) -> None:
        try:
            connection.ensure_connection()
            ready.wait()
            for number in range(EACH):
                attempt(thread, number)
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
    return THREADS * EACH / seconds


def _start(part: int, number: int) -> dt.datetime:
    """Hour after hour of months far ahead; each part of a turn has its own."""
    first = clock.midnight(clock.today()) + dt.timedelta(days=400 + 30 * part)
    return first + dt.timedelta(hours=2 * number)


_PLAIN = """
    INSERT INTO booking_booking
        (reservation_id, machine_id, starts_at, ends_at, taken_from, taken_until)
    VALUES (%(like)s, %(machine)s, %(start)s, %(end)s, %(start)s, %(free)s)
"""


def _bare(machines: list[int], part: int) -> Callable[[int, int], None]:
    """One row and nothing else: no lock, no look, no reservation."""
    from lab.booking.models import Reservation

    with acting(SYSTEM):
        like = Reservation.objects.order_by("pk").values_list("pk", flat=True)[0]

    def attempt(thread: int, number: int) -> None:
        start = _start(part, number)
        end = start + dt.timedelta(hours=1)
        values = {
            "like": like,
            "machine": machines[thread],
            "start": start,
            "end": end,
            "free": end + dt.timedelta(minutes=15),
        }
        with acting(SYSTEM), connection.cursor() as cursor:
            cursor.execute(_PLAIN, values)

    return attempt


def _taken(machines: list[int], part: int) -> Callable[[int, int], None]:
    """What `reserve` does besides asking the rules: lock, look, write the booking and its machine."""
    from lab.booking.models import Reservation
    from lab.booking.rules.hours import Span
    from lab.booking.services import slots

    with acting(SYSTEM):
        like = Reservation.objects.order_by("pk")[0]
        by_key = {row.pk: row for row in slots.machines_of(machines)}

    def attempt(thread: int, number: int) -> None:
        start = _start(part, number)
        span = Span(start, start + dt.timedelta(hours=1))
        machine = by_key[machines[thread]]
        with slots.claimed(SYSTEM, [machine.pk], span):
            row = Reservation(
                lab=machine.lab, ward_id=SUMIDA, firm_id=like.firm_id, firm_ward_id=SUMIDA,
                firm_name=like.firm_name, person_name="計測", purpose="trial", starts_at=span.start,
                ends_at=span.end,
            )  # fmt: skip
            slots.write(row, [machine])

    return attempt


def _actors(count: int) -> list[Actor]:
    """Owners of firms with a site in a ward."""
    from portal.accounts.roles import Role
    from programs.models import FirmMembership, Site

    with acting(SYSTEM):
        sited = Site.objects.filter(closed_on=None).values("firm_id")
        rows = FirmMembership.objects.filter(firm__in=sited, role=Role.FIRM_OWNER, valid_to=None)
        found = list(rows.select_related("user").order_by("pk")[:count])
    roles = frozenset({Role.FIRM_OWNER})
    return [
        Actor(row.user_id, row.user.name, Hat.FIRM, roles, firm_id=row.firm_id) for row in found
    ]


class _Rivals:
    """Clients that want the same machine at the same time, day after day of one machine.

    Each keeps its connection over all rounds, as the portal's workers do.
    """

    def __init__(self, actors: list[Actor]) -> None:
        from lab.booking.models import Machine

        (key,) = _machines(1)
        with acting(SYSTEM):
            self.machine = Machine.objects.select_related("lab").get(pk=key)
        self.actors, self.results = actors, []
        self.ready, self.done = (threading.Barrier(len(actors) + 1) for _ in range(2))

    def rounds(self) -> Iterator[float]:
        """Seconds of each round from the starting gun until all have their answer."""
        threads = [threading.Thread(target=self._run, args=(actor,)) for actor in self.actors]
        for thread in threads:
            thread.start()
        taken = []
        for number in range(ROUNDS):
            self.results.clear()
            self.ready.wait()
            started = time.perf_counter()
            self.done.wait()
            taken.append(time.perf_counter() - started)
            self._check(number)
        for thread in threads:
            thread.join()
        return iter(taken)

    def _start(self, number: int) -> dt.datetime:
        return clock.midnight(clock.today()) + dt.timedelta(days=2 + number, hours=10)

    def _run(self, actor: Actor) -> None:
        connection.ensure_connection()
        for number in range(ROUNDS):
            self.ready.wait()
            try:
                self.results.append(self._answer(actor, self._start(number)))
            except Exception as error:  # noqa: BLE001 - told by the main thread
                self.results.append(error)
            self.done.wait()
        connections.close_all()

    def _answer(self, actor: Actor, start: dt.datetime) -> object:
        """ "won", or the beginning of the next free time."""
        from lab.booking.rules.hours import Span
        from lab.booking.selectors.free import next_free
        from lab.booking.services.errors import Taken
        from lab.booking.services.reserve import Ask, reserve

        span = Span(start, start + dt.timedelta(hours=1))
        with acting(actor):
            try:
                reserve(actor=actor, ask=Ask((self.machine.pk,), span, "trial"))
            except Taken:
                offers = next_free([self.machine], minutes=60, after=start, now=clock.now())
                return offers[0].start
        return "won"

    def _check(self, number: int) -> None:
        """One has won, the others know what is free next. Raises RuntimeError, and lets nobody wait."""
        won = self.results.count("won")
        others = {item for item in self.results if item != "won"}
        if won != 1 or others != {self._start(number) + dt.timedelta(hours=2)}:
            for barrier in (self.ready, self.done):
                barrier.abort()
            raise RuntimeError(f"round {number}: {won} won, {others}")


def _deadlocks() -> int:
    with acting(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
