"""Events that were held, in bulk: who registered, who came, and the facts that follow."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

from lab.booking.models import Lab
from lab.booking.selectors.calendar import is_holiday
from lab.events import states
from lab.events.codes import Audience, Way
from lab.events.models import Attendance, Event, HeldFact, Programme, Registration
from lab.events.rules.held import Candidate, counted
from portal.kernel import clock
from portal.kernel.models import OutboxEvent
from programs.models import Firm, FirmMembership, FirmWard

# So many a fiscal year in both labs; some are days of a programme, which counts once.
A_YEAR = 26
FIRST_YEARS_BEFORE = 2
THEMES = (
    ("seminar", "機械の止まりを記録する", "安価なセンサーで、止まりの理由を1週間記録します。"),
    ("hands_on", "協働ロボットで箱詰めを試す", "自社の部品を持ち込み、つかみ方を試します。"),
    ("seminar", "現場の日報をタブレットに", "紙の日報を写真で見ながら、項目を決めます。"),
    ("hands_on", "3Dプリンターで治具を作る", "測るための治具を、設計から造形まで1日で作ります。"),
    ("showcase", "外観検査カメラの展示会", "5社の検査カメラに、自社の部品を写してみます。"),
    ("tour", "ラボの見学と相談会", "設備を見ながら、何から始めるかを職員と相談します。"),
    ("seminar", "見積もりを早くする表計算", "過去の見積もりから、10分で概算を出します。"),
    ("hands_on", "IoT計測キットの組立て", "電流を測って、稼働率の図を作ります。"),
    ("meeting", "工場長の情報交換会", "DXでつまずいたことを、持ち寄って話します。"),
    ("seminar", "補助金と設備の選び方", "試してから買うまでの進め方を、実例で話します。"),
)
SERIES = "町工場のデータ活用"


class Writer:
    """Collects the rows of all labs."""

    def __init__(self, rng: random.Random, people: Sequence[tuple[FirmMembership, int]]) -> None:
        self.rng, self.people = rng, people
        self.events: list[Event] = []
        self.rows: list[Registration] = []
        self.came: list[Attendance] = []

    def event(self, lab: Lab, day: dt.date, number: int, programme: Programme | None) -> None:
        """One event with its people; about one in eight registered and did not come."""
        kind, title, summary = THEMES[number % len(THEMES)]
        if programme is not None:
            kind, title = "seminar", f"{SERIES} 第{number + 1}回"
        start = clock.midnight(day) + dt.timedelta(hours=self.rng.choice((10, 14, 18)))
        capacity = self.rng.choice((8, 10, 12, 16))
        event = Event(
            lab=lab,
            ward_id=lab.ward_id,
            programme=programme,
            kind=kind,
            title=title,
            summary=summary,
            place=f"{lab.name} 2階",
            starts_at=start,
            ends_at=start + dt.timedelta(hours=2),
            opens_on=day - dt.timedelta(days=40),
            closes_on=day - dt.timedelta(days=1),
            audience=Audience.ALL,
            capacity=capacity,
            contact=lab.contact,
            status=states.ENDED,
        )
        self.events.append(event)
        guests = self.rng.sample(self.people, min(len(self.people), self.rng.randint(4, 8)))
        for place, (member, ward) in enumerate(guests):
            self._guest(event, member, ward, place)
        event.taken = len(guests)

    def _guest(self, event: Event, member: FirmMembership, ward: int, place: int) -> None:
        came = place == 0 or self.rng.random() < 0.87
        row = Registration(
            event=event,
            ward_id=event.ward_id,
            firm_id=member.firm_id,
            firm_ward_id=ward,
            person_id=member.user_id,
            firm_name=member.firm.name,
            person_name=member.user.name,
            status=states.REGISTERED,
            code=f"{place * 7919 % 1_000_000:06}",
            attended_on=event.day if came else None,
            made_at=event.starts_at - dt.timedelta(days=self.rng.randint(2, 35)),
        )
        self.rows.append(row)
        if came:
            self.came.append(
                Attendance(
                    registration=row,
                    is_present=True,
                    day=event.day,
                    way=self.rng.choice((Way.CODE, Way.CODE, Way.QR, Way.LIST)),
                    recorded_at=event.starts_at,
                )
            )


def write(
    rng: random.Random, labs: Sequence[Lab], firms: Sequence[Firm], now: dt.datetime, scale: float
) -> None:
    """From the fiscal year two years back to last week; the larger lab has two of three events."""
    today = clock.to_date(now)
    writer = Writer(rng, _people(firms, 150))
    if not writer.people or not labs:
        return
    for year in range(clock.fiscal_year(today) - FIRST_YEARS_BEFORE, clock.fiscal_year(today) + 1):
        first, last = clock.fiscal_year_bounds(year)
        programme = Programme.objects.create(
            lab=labs[0], ward_id=labs[0].ward_id, name=f"{SERIES}（{year}年度）"
        )
        for number, day in enumerate(_days(rng, first, last, max(3, round(A_YEAR * scale)))):
            if day >= today - dt.timedelta(days=7):
                break
            lab = labs[0] if number % 3 else labs[-1]
            series = number % 10 == 4
            writer.event(labs[0] if series else lab, day, number, programme if series else None)
    Event.objects.bulk_create(writer.events, batch_size=500)
    Registration.objects.bulk_create(writer.rows, batch_size=1000)
    Attendance.objects.bulk_create(writer.came, batch_size=1000)
    _tell(writer)


def _days(rng: random.Random, first: dt.date, last: dt.date, count: int) -> Iterator[dt.date]:
    """Working days, spread over the year, in their order."""
    step = (last - first).days / count
    for number in range(count):
        day = first + dt.timedelta(days=int(step * number) + rng.randint(0, max(0, int(step) - 4)))
        while day.weekday() > 4 or is_holiday(day):
            day += dt.timedelta(days=1)
        if day <= last:
            yield day


def _people(firms: Sequence[Firm], most: int) -> list[tuple[FirmMembership, int]]:
    """Members of firms with a ward that sees them: owners and those who work there."""
    wards = dict(FirmWard.objects.order_by("-pk").values_list("firm_id", "ward_id"))
    rows = FirmMembership.objects.filter(firm__in=[firm.pk for firm in firms], valid_to=None)
    found = rows.select_related("firm", "user").order_by("firm_id", "pk")
    return [(row, wards[row.firm_id]) for row in found if row.firm_id in wards][:most]


def _tell(writer: Writer) -> None:
    """The facts, and the outbox's word of them, as the services would have written."""
    visitors: dict[int, int] = defaultdict(int)
    for record in writer.came:
        visitors[record.registration.event_id] += 1
    by_key = {event.pk: event for event in writer.events}
    held = counted(
        Candidate(event.pk, event.day, visitors[event.pk], event.programme_id)
        for event in writer.events
    )
    HeldFact.objects.bulk_create(
        HeldFact(event_id=key, ward_id=by_key[key].ward_id, day=day) for key, day in held.items()
    )
    told = [
        OutboxEvent(
            name="lab_event.held",
            subject=str(key),
            ward_id=by_key[key].ward_id,
            payload={"event_id": key, "on": day.isoformat()},
        )
        for key, day in held.items()
    ]
    told += [
        OutboxEvent(
            name="lab_event.attended",
            subject=str(record.pk),
            ward_id=record.registration.ward_id,
            payload={
                "attendance_id": record.pk,
                "person_id": record.registration.person_id,
                "firm_id": record.registration.firm_id,
                "on": record.day.isoformat(),
            },
        )
        for record in writer.came
    ]
    OutboxEvent.objects.bulk_create(told, batch_size=1000)
