"""What the one-click roles find: the owner's bookings and firms of 墨田区 in every state."""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from itertools import islice

from django.db.models import QuerySet

from lab.booking import states
from lab.booking.codes import Purpose
from lab.booking.demo.places import Place
from lab.booking.models import Booking, Machine, Reservation, Turn
from lab.booking.rules.hours import Span
from lab.booking.selectors.free import next_free
from lab.booking.services import changes, firms, keeping, office, reserve, slots, turns, visits
from lab.booking.services.reserve import Ask
from portal.accounts.demo import BY_KEY, SUMIDA
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.models import Firm, FirmMembership, FirmWard

NOTE = "箱詰めの工程で、いまの部品3種類をつかめるか試したい。"


def play(
    rng: random.Random, labs: Sequence[Place], demo_firms: Sequence[Firm], now: dt.datetime
) -> None:
    """As the people themselves, through the services."""
    place = labs[0]
    owner, *others = islice(_owners(demo_firms), 13)
    staff = _staff()
    for day in (clock.to_date(now), clock.to_date(now) + dt.timedelta(days=120)):
        for actor in (owner, *others):
            with acting(actor):
                firms.agree(actor=actor, lab_id=place.lab.pk, version=1, day=day)
    _own_story(place, owner, staff, now)
    _others(place, others, staff, now)


def _own_story(place: Place, owner: Actor, staff: Actor, now: dt.datetime) -> None:
    """The owner is trained, has tried the robot, books on, and waits for the mill."""
    robot = place.machines["協働ロボット"]
    with acting(staff):
        firms.certify(
            actor=staff,
            machine_id=robot.pk,
            firm_id=owner.firm_id or 0,
            person_id=owner.user_id or 0,
            granted_on=clock.to_date(now) - dt.timedelta(days=60),
        )
    used = book(owner, [robot, place.machines["電動グリッパー"]], now, note=NOTE)
    _used(used, now - dt.timedelta(days=2))
    _consumed(place, used, staff)
    book(owner, [place.machines["樹脂3Dプリンター"]], now, days=2, purpose=Purpose.PROTOTYPE)
    book(owner, [place.machines["卓上フライス盤"]], now, days=4, purpose=Purpose.TRAINING)
    span = _free([robot], now, days=6)
    if span is not None:
        ask = Ask((robot.pk,), span, Purpose.TRIAL, NOTE)
        with acting(owner):
            reserve.reserve_weekly(actor=owner, ask=ask, weeks=4)


def _others(place: Place, people: Sequence[Actor], staff: Actor, now: dt.datetime) -> None:
    scanner, camera = place.machines["3Dスキャナー"], place.machines["外観検査カメラ"]
    tablet, kit = place.machines["作業記録タブレット"], place.machines["IoT計測キット"]
    asked = [
        book(actor, [place.machines["金属3Dプリンター"]], now, days=n, purpose=Purpose.TRAINING)
        for n, actor in enumerate(people[:3], start=2)
    ]
    with acting(staff):
        changes.decide(
            actor=staff,
            reservation_id=asked[1].pk,
            action="decline",
            reason="その日は職員の研修があります。",
        )
        changes.decide(
            actor=staff, reservation_id=asked[2].pk, action="approve", supervisor_id=staff.user_id
        )
    row = book(people[3], [scanner], now, days=3)
    with acting(people[3]):
        changes.cancel(actor=people[3], reservation_id=row.pk, reason="部品が間に合わない")
    running = book(people[4], [kit], now, days=1)
    _in_use(running, now)
    with acting(staff):
        keeping.incident_report(
            actor=staff, machine_id=kit.pk, weight="note", what="センサー1個の表示が消えた。",
            happened_at=clock.now(), reservation_id=running.pk,
        )  # fmt: skip
    _moved(running, opened(now))
    _rows(running).update(checked_in_at=opened(now))
    _waiting(place, people, camera, now)
    book(people[10], [tablet], now, days=5)
    morning = clock.midnight(clock.to_date(now) + dt.timedelta(days=20)) + dt.timedelta(hours=9)
    with acting(staff):
        office.maintenance_add(
            actor=staff, machine_id=scanner.pk, reason="校正のため",
            span=Span(morning, morning + dt.timedelta(hours=3)),
        )  # fmt: skip
        office.machine_stop(
            actor=staff, machine_id=tablet.pk, reason="電池が膨らんだため交換します。"
        )


def _waiting(place: Place, people: Sequence[Actor], camera: Machine, now: dt.datetime) -> None:
    """Turns in every state: one offered, one taken, one passed, one left, one still waiting."""
    for number, ending in enumerate((states.TAKEN, states.LEFT, states.PASSED, states.OFFERED)):
        holder, waiter = people[5], people[6 + number]
        row = book(holder, [camera], now, days=3 + number)
        ask = Ask((camera.pk,), Span(row.starts_at, row.ends_at), Purpose.TRIAL)
        with acting(waiter):
            turn = turns.join(actor=waiter, ask=ask)
        if ending == states.LEFT:
            with acting(waiter):
                turns.leave(actor=waiter, turn_id=turn.pk)
            continue
        with acting(holder):
            changes.cancel(actor=holder, reservation_id=row.pk)
        turns.settle(lab_id=place.lab.pk)
        offer = Reservation.objects.get(turn=turn)
        if ending == states.TAKEN:
            with acting(waiter):
                changes.accept_offer(actor=waiter, reservation_id=offer.pk)
        elif ending == states.PASSED:
            Reservation.objects.filter(pk=offer.pk).update(offer_until=now)
            slots.keep_until(offer, now)
            turns.settle(lab_id=place.lab.pk)
    row = book(people[5], [camera], now, days=9)
    with acting(people[11]):
        turns.join(
            actor=people[11],
            ask=Ask((camera.pk,), Span(row.starts_at, row.ends_at), Purpose.TRIAL),
        )
    assert Turn.objects.filter(status=states.WAITING).exists()


def book(
    actor: Actor,
    machines: Sequence[Machine],
    now: dt.datetime,
    *,
    days: int = 1,
    purpose: str = Purpose.TRIAL,
    note: str = "",
) -> Reservation:
    """The next free time after so many days."""
    span = _free(machines, now, days=days)
    assert span is not None
    ask = Ask(tuple(machine.pk for machine in machines), span, purpose, note)
    with acting(actor):
        return reserve.reserve(actor=actor, ask=ask)


def _free(machines: Sequence[Machine], now: dt.datetime, *, days: int) -> Span | None:
    minutes = 2 * max(machine.slot_minutes for machine in machines)
    found = next_free(list(machines), minutes=minutes, after=now + dt.timedelta(days=days), now=now)
    return found[0] if found else None


def _consumed(place: Place, row: Reservation, staff: Actor) -> None:
    """Some is used for the booking, some comes in; of one thing little is left."""
    items = {item.name: item.pk for item in place.lab.consumables.all()}
    with acting(staff):
        for name, change, booked in (
            ("保護めがね", -2, row.pk),
            ("アルミ板（A5052）", -3, row.pk),
            ("樹脂フィラメント", 6, None),
            ("樹脂フィラメント", -15, None),
        ):
            keeping.consumable_move(
                actor=staff, consumable_id=items[name], change=change, reservation_id=booked
            )


def _moved(row: Reservation, start: dt.datetime) -> None:
    length = row.ends_at - row.starts_at
    for booking in Booking.objects.filter(reservation=row).select_related("machine"):
        bounds = slots.bounds(booking.machine, Span(start, start + length))
        Booking.objects.filter(pk=booking.pk).update(**bounds, due_by=None)
    Reservation.objects.filter(pk=row.pk).update(starts_at=start, ends_at=start + length)


def _used(row: Reservation, start: dt.datetime) -> None:
    """As if it had been two days ago; its result is still to be written."""
    _moved(row, opened(start))
    _enter(row)
    changes.check_out(actor=_system(row), reservation_id=row.pk)
    row.refresh_from_db()
    _rows(row).update(checked_in_at=row.starts_at, checked_out_at=row.ends_at)


def _in_use(row: Reservation, now: dt.datetime) -> None:
    _moved(row, now.replace(minute=0, second=0, microsecond=0))
    _enter(row)


def _enter(row: Reservation) -> None:
    slots.keep_until(row, clock.now() + dt.timedelta(hours=1))
    # The first visit of a day is the one that counts.
    visits.visit_of(row, now=opened(clock.now()))
    changes.check_in(actor=_system(row), reservation_id=row.pk)


def opened(moment: dt.datetime) -> dt.datetime:
    """The full hour, or the nearest one from which on every lab is open for two more."""
    return moment.replace(hour=min(max(moment.hour, 10), 14), minute=0, second=0, microsecond=0)


def _rows(row: Reservation) -> QuerySet[Reservation]:
    return Reservation.objects.filter(pk=row.pk)


def _system(row: Reservation) -> Actor:
    return Actor.system("load_demo", ward_id=row.ward_id)


def _owners(demo_firms: Sequence[Firm]) -> Iterator[Actor]:
    """The demonstration's owner first, then owners of firms of 墨田区."""
    seen = set(FirmWard.objects.filter(ward_id=SUMIDA).values_list("firm_id", flat=True))
    rows = FirmMembership.objects.filter(
        firm__in=[firm.pk for firm in demo_firms if firm.pk in seen],
        role=Role.FIRM_OWNER,
        valid_to=None,
    )
    for row in rows.select_related("user").order_by("firm_id"):
        roles = frozenset({Role.FIRM_OWNER})
        yield Actor(row.user_id, row.user.name, Hat.FIRM, roles, firm_id=row.firm_id)


def _staff() -> Actor:
    person = BY_KEY["lab"]
    user = User.objects.get(email=person.email)
    return Actor(user.pk, user.name, Hat.SUPPORT, frozenset({Role.LAB_STAFF}), ward_id=SUMIDA)
