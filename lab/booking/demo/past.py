"""Three fiscal years of bookings, in bulk: used, missed, cancelled; visits, trials, certificates."""

import datetime as dt
import random
from collections.abc import Sequence

from lab.booking import states
from lab.booking.demo.places import DISCOUNT, Place
from lab.booking.models import (
    Acceptance,
    Agreement,
    Booking,
    Certificate,
    Closure,
    Incident,
    Machine,
    Reservation,
    TrialReport,
    Visit,
)
from lab.booking.rules import fees
from lab.booking.rules.hours import Span, open_spans
from lab.booking.selectors.calendar import is_holiday, week_of
from lab.booking.services import slots
from lab.booking.services.firms import years_after
from portal.accounts.roles import Role
from portal.kernel import clock
from programs.models import Firm, FirmMembership, FirmWard

FIRST_DAY_A_YEAR_BEFORE = 2
# Somebody of a firm, and the ward that sees the firm first.
Person = tuple[FirmMembership, int]
PURPOSES = ("trial",) * 5 + ("prototype",) * 3 + ("measurement",) * 2 + ("tour",)
ENDINGS = (states.USED,) * 22 + (states.CANCELLED,) * 2 + (states.MISSED,)
NEVER_CAME = (states.CANCELLED,) * 3 + (states.MISSED,)
# Of so many bookings one is of a firm that never comes.
ONE_IN = 8
OUTCOMES = ("worked",) * 5 + ("partly",) * 3 + ("failed",)
WISHES = {"worked": ("buy", "buy", "consider"), "partly": ("consider", "no"), "failed": ("no",)}
TRIED = (
    ("検査の記録が手書きで、集計に3日かかる。", "200個を流し、差は2個だった。", "月3日が半日になる。"),
    ("段取りに40分かかる。", "治具を3種類作り、2種類は使えた。", "15分になる。"),
    ("箱詰めに人が1人付いている。", "3品種を取り出せた。1品種はつかみ損ねがあった。", "1人を別の工程に回せる。"),
    ("機械が止まった時間が分からない。", "止まりの6割が材料待ちだと分かった。", "止まりを週5時間減らせる。"),
)  # fmt: skip


class Writer:
    """Collects the rows of one lab. `absent` reserve once and never come: those whom the users of
    the lab are compared with."""

    def __init__(
        self, rng: random.Random, place: Place, people: Sequence[Person], absent: list[Person]
    ):
        self.rng, self.place, self.people, self.absent = rng, place, people, absent
        self.busy: dict[int, dt.datetime] = {}
        self.rows: list[Reservation] = []
        self.slots: list[Booking] = []
        self.tried: set[int] = set()

    def day(self, opens: Sequence[Span], count: int) -> None:
        """So many bookings, each machine from the left to the right without an overlap."""
        machines = [item for item in self.place.machines.values() if not item.is_accessory]
        for machine in self.rng.sample(machines, min(count, len(machines))):
            span = self._span(machine, opens[0])
            if span is not None:
                self._book(machine, span)

    def _span(self, machine: Machine, opens: Span) -> Span | None:
        slot = dt.timedelta(minutes=machine.slot_minutes)
        hours = int((opens.end - opens.start) / slot)
        length = self.rng.randint(1, max(1, min(4, machine.most_minutes // machine.slot_minutes)))
        if hours < length:
            return None
        start = opens.start + slot * self.rng.randint(0, hours - length)
        return Span(start, start + slot * length)

    def _book(self, machine: Machine, span: Span) -> None:
        if self.absent and self.rng.randrange(ONE_IN) == 0:
            (member, ward), endings = self.absent.pop(), NEVER_CAME
        else:
            (member, ward), endings = self.rng.choice(self.people), ENDINGS
        status = self.rng.choice(endings)
        purpose = self.rng.choice(PURPOSES)
        if machine.purposes and purpose not in machine.purposes:
            purpose = machine.purposes[0]
        lab = self.place.lab
        used = status == states.USED
        is_first = purpose == "trial" and member.firm_id not in self.tried
        if is_first and used:
            self.tried.add(member.firm_id)
        cost = self._cost(machine, span, is_near=ward == lab.ward_id, is_first=is_first)
        row = Reservation(
            lab=lab,
            ward_id=lab.ward_id,
            firm_id=member.firm_id,
            firm_ward_id=ward,
            firm_name=member.firm.name,
            person_id=member.user_id,
            person_name=member.user.name,
            purpose=purpose,
            starts_at=span.start,
            ends_at=span.end,
            status=status,
            reason="都合が合わなくなった" if status == states.CANCELLED else "",
            fee=cost.as_dict(),
            fee_yen=cost.total_yen,
            points=slots.MISSED_POINTS if status == states.MISSED else 0,
            code=f"{self.rng.randrange(1_000_000):06}",
            checked_in_at=span.start if used else None,
            checked_out_at=span.end if used else None,
        )
        self.rows.append(row)
        self.slots.append(
            Booking(
                reservation=row,
                machine=machine,
                released_at=None if used else span.start,
                **slots.bounds(machine, span),
            )
        )

    def _cost(self, machine: Machine, span: Span, *, is_near: bool, is_first: bool) -> fees.Fee:
        """After the list of that day; the first trial of a firm costs nothing."""
        version, prices = self.place.prices_of(clock.to_date(span.start))
        yen = prices.get(machine.name)
        tariffs = [fees.Tariff(machine.name, fees.HOUR, yen, machine.slot_minutes)] if yen else []
        return fees.fee(
            tariffs,
            span.minutes,
            discount_percent=DISCOUNT if is_near else 0,
            is_waived=is_first,
            table_version=version,
        )


def write(
    rng: random.Random, labs: Sequence[Place], firms: Sequence[Firm], now: dt.datetime, scale: float
) -> None:
    """Every lab, from the first day of the fiscal year two years back to yesterday."""
    today = clock.to_date(now)
    first = dt.date(clock.fiscal_year(today) - FIRST_DAY_A_YEAR_BEFORE, 4, 1)
    people = _people(firms)
    users = {place.lab.pk: _users(people, place.lab.ward_id) for place in labs}
    coming = {member.pk for chosen in users.values() for member, _ward in chosen}
    absent = [item for item in people if item[0].pk not in coming]
    rng.shuffle(absent)
    for number, place in enumerate(labs):
        writer = Writer(rng, place, users[place.lab.pk], absent[number :: len(labs)])
        _days(rng, writer, place, first, today, scale)
        _insert(rng, writer, today)
        _around(rng, place, today, now)


def _users(people: Sequence[Person], ward: int) -> list[Person]:
    """Mostly firms of the lab's own ward."""
    near = [item for item in people if item[1] == ward]
    far = [item for item in people if item[1] != ward]
    return near[:60] * 3 + far[:120]


def _days(
    rng: random.Random, writer: Writer, place: Place, first: dt.date, today: dt.date, scale: float
) -> None:
    """More in every year; nothing where the lab was closed."""
    week = week_of(place.lab)
    most = 3 if len(place.machines) > 8 else 1
    for number in range((today - first).days):
        day = first + dt.timedelta(days=number)
        opens = open_spans(week, [day], holidays={day} if is_holiday(day) else ())
        if not opens or rng.random() > scale:
            continue
        grown = 1 + number // 365
        writer.day(opens, rng.randint(0, min(most, grown) + (most > 1)))


def _people(firms: Sequence[Firm]) -> list[Person]:
    """An owner of each firm that has one, with the ward that sees it first."""
    wards = dict(FirmWard.objects.order_by("-pk").values_list("firm_id", "ward_id"))
    rows = FirmMembership.objects.filter(
        firm__in=[firm.pk for firm in firms], role=Role.FIRM_OWNER, valid_to=None
    )
    found = rows.select_related("firm", "user").order_by("firm_id")
    return [(row, wards[row.firm_id]) for row in found if row.firm_id in wards]


def _insert(rng: random.Random, writer: Writer, today: dt.date) -> None:
    Reservation.objects.bulk_create(writer.rows, batch_size=1000)
    Booking.objects.bulk_create(writer.slots, batch_size=1000)
    used = [row for row in writer.rows if row.status == states.USED]
    visits: dict[tuple[int, dt.date, str], Visit] = {}
    for row in used:
        day, who = clock.to_date(row.starts_at), f"u{row.person_id}"
        visits.setdefault(
            (row.lab_id, day, who),
            Visit(
                lab_id=row.lab_id, ward_id=row.ward_id, firm_id=row.firm_id,
                firm_ward_id=row.firm_ward_id, person_id=row.person_id, who=who,
                person_name=row.person_name, firm_name=row.firm_name, day=day, at=row.starts_at,
                way="booking", purpose=row.purpose, reservation=row,
            ),
        )  # fmt: skip
    Visit.objects.bulk_create(visits.values(), batch_size=1000)
    names = {item.reservation.pk: item.machine.name for item in writer.slots}
    trials = [row for row in used if row.purpose == "trial" and rng.random() < 0.4]
    TrialReport.objects.bulk_create(
        [_trial(rng, row, names[row.pk]) for row in trials], batch_size=1000
    )
    _certify(rng, writer, today)


def _trial(rng: random.Random, row: Reservation, name: str) -> TrialReport:
    outcome = rng.choice(OUTCOMES)
    problem, tried, effect = rng.choice(TRIED)
    return TrialReport(
        reservation=row, ward_id=row.ward_id, firm_id=row.firm_id, machine_names=name,
        outcome=outcome, wish=rng.choice(WISHES[outcome]), problem=problem, tried=tried,
        effect=effect, may_prefill=rng.random() < 0.6, person_id=row.person_id,
        written_at=row.ends_at,
    )  # fmt: skip


def _certify(rng: random.Random, writer: Writer, today: dt.date) -> None:
    """Whoever used a machine that asks for it had been trained; some certificates have lapsed since."""
    first: dict[tuple[int, int], tuple[Booking, Reservation]] = {}
    for item in writer.slots:
        if item.machine.needs_training and item.reservation.status == states.USED:
            key = (item.machine.pk, item.reservation.person_id)
            first.setdefault(key, (item, item.reservation))
    made, agreed = [], {}
    agreement = Agreement.objects.get(lab=writer.place.lab)
    for item, row in first.values():
        day = clock.to_date(row.starts_at)
        made.append(
            Certificate(
                machine=item.machine, ward_id=row.ward_id, firm_id=row.firm_id,
                person_id=row.person_id, person_name=row.person_name, firm_name=row.firm_name,
                granted_on=day, expires_on=years_after(day, 2),
            )
        )  # fmt: skip
    for row in writer.rows:
        year = clock.fiscal_year(clock.to_date(row.starts_at))
        agreed.setdefault(
            (row.firm_id, year),
            Acceptance(
                agreement=agreement, firm_id=row.firm_id, fiscal_year=year, person_id=row.person_id
            ),
        )
    for certificate in rng.sample(made, min(2, len(made))):
        if certificate.granted_on < today:
            certificate.withdrawn_on = today
            certificate.withdrawn_reason = "講習で禁じた操作があったため"
    Certificate.objects.bulk_create(made)
    Acceptance.objects.bulk_create(agreed.values())


def _around(rng: random.Random, place: Place, today: dt.date, now: dt.datetime) -> None:
    """Closures to come, and what has broken."""
    winter = dt.date(today.year, 12, 29)
    start = clock.midnight(winter)
    Closure.objects.create(
        lab=place.lab, starts_at=start, ends_at=start + dt.timedelta(days=6), reason="年末年始"
    )
    staff = _staff(place)
    for days, weight, what, done in (
        (40, "broken", "ノズルが詰まり、造形が止まった。", "ノズルを交換した。"),
        (12, "note", "測定台の表示が暗い。", "電池を替えた。"),
        (1, "note", "搬送車が段差で止まる。", ""),
    ):
        if staff is None:
            continue
        Incident.objects.create(
            machine=rng.choice(list(place.machines.values())),
            ward_id=place.lab.ward_id,
            weight=weight,
            what=what,
            done=done,
            happened_at=now - dt.timedelta(days=days),
            closed_at=now - dt.timedelta(days=days - 1) if done else None,
            written_by_id=staff,
        )


def _staff(place: Place) -> int | None:
    from portal.accounts.models import Assignment

    held = Assignment.objects.filter(role=Role.LAB_STAFF, ward_id=place.lab.ward_id).first()
    return held.user_id if held else None
