"""`firm_card` and `cohort_board`: a firm's card with 300 events, a cohort's board with 500 people.

Made on the copy that is measured. The rows are written at once, as the demonstration's past is;
what the services check of each has its own tests.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from advisors import states as advice
from advisors.models import Advisor, Engagement, FeeTable, SupportRequest, TeamMember, Visit
from bench import measure
from bench.cases import SUMIDA, SYSTEM
from dojo import services, states
from dojo.models import Attendance, Cohort, Course, Enrolment, Graduation, Session
from dojo.rules import presence
from dojo.selectors import roster
from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs import history
from programs.models import Firm, FirmMembership

EVENTS, PEOPLE = 300, 500
# People of the firm in a course of each of so many years; supports of half a year, one running.
OWN, YEARS, SUPPORTS = 8, 3, 3
# Who comes how; a board of thousands of records has many different ones.
MARKS = (presence.PRESENT,) * 7 + (presence.LATE, presence.PARTIAL, presence.ABSENT)


def pages(firm_id: int, official: User, session: str) -> list[measure.Target]:
    """Both pages, opened by an official of 墨田区. Raises RuntimeError on a seed too small."""
    office = Actor(official.pk, official.name, Hat.WARD, frozenset({Role.REVIEWER}), ward_id=SUMIDA)
    with acting(SYSTEM):
        services.courses_load(actor=SYSTEM)
        firm = Firm.objects.get(pk=firm_id)
        board = _courses(firm)
    with acting(office):
        told = _told(office, firm)
    with acting(SYSTEM):
        _supports(firm, official, EVENTS - told)
    with acting(office):
        if (told := _told(office, firm)) != EVENTS:
            raise RuntimeError(f"the card has {told} events, not {EVENTS}")
    card = reverse("programs:firm_card", args=[firm.public_id])
    people = reverse("dojo:board", args=[board.public_id])
    return [
        measure.page("firm_card", card, f"{EVENTS}件", session),
        measure.page("cohort_board", people, f"定員{PEOPLE}人", session),
    ]


def _told(office: Actor, firm: Firm) -> int:
    return len(history.history_of(office, firm, clock.today()).events)


def _courses(firm: Firm) -> Cohort:
    """Past cohorts with people of the firm, and the large one, which has two evenings to come."""
    owners = FirmMembership.objects.select_related("firm", "user").order_by("id")
    others = [(row.firm, row.user) for row in owners[:PEOPLE]]
    if len(others) < PEOPLE:
        raise RuntimeError(f"a seed with fewer than {PEOPLE} owners")
    today = clock.today()
    for years in range(1, YEARS + 1):
        past = _cohort(90 + years, today - dt.timedelta(days=365 * years), OWN)
        _fill(past, [(firm, user) for _firm, user in others[:OWN]])
    large = _cohort(90, today - dt.timedelta(days=16), PEOPLE)
    _fill(large, others)
    lines = roster.assessed(large)
    Graduation.objects.bulk_create(
        Graduation(
            enrolment=line.enrolment,
            ward_id=SUMIDA,
            firm_id=line.enrolment.firm_id,
            person_id=line.enrolment.person_id,
            course_code=Course.Code.DOJO,
            assessment=line.assessment.as_data(),
        )
        for line in lines[: PEOPLE // 2]
    )
    return large


def _cohort(number: int, begin: dt.date, capacity: int) -> Cohort:
    """A cohort whose evenings are a week apart."""
    course = Course.objects.filter(code=Course.Code.DOJO).latest("version")
    values = {"status": states.ANNOUNCED}
    cohort = Cohort.objects.create(
        course=course,
        ward_id=SUMIDA,
        fiscal_year=clock.fiscal_year(begin),
        number=number,
        capacity=capacity,
        taken=capacity,
        selection=Cohort.Selection.FIRST_COME,
        opens_on=begin - dt.timedelta(days=60),
        closes_on=begin - dt.timedelta(days=20),
        place="すみだ産業会館",
        contact="産業振興課",
        rule=course.rule,
        **values,
    )
    cohort.wards.create(ward_id=SUMIDA)
    start = clock.midnight(begin) + dt.timedelta(hours=18)
    Session.objects.bulk_create(
        Session(
            cohort=cohort,
            unit=unit,
            starts_at=start + dt.timedelta(weeks=week),
            ends_at=start + dt.timedelta(weeks=week, hours=2, minutes=30),
        )
        for week, unit in enumerate(course.units.order_by("number"))
    )
    return cohort


def _fill(cohort: Cohort, people: Sequence[tuple[Firm, User]]) -> None:
    """Everybody has a seat; a record for each session that is over."""
    values = {"status": states.ENROLLED}
    seats = Enrolment.objects.bulk_create(
        Enrolment(
            cohort=cohort,
            ward_id=SUMIDA,
            firm=firm,
            person=user,
            firm_name=firm.name,
            person_name=user.name,
            motive="日報を紙で書いている。",
            applied_at=clock.midnight(cohort.opens_on) + dt.timedelta(minutes=number),
            plan_handed_in_on=clock.today() if number % 3 else None,
            **values,
        )
        for number, (firm, user) in enumerate(people)
    )
    over = list(Session.objects.filter(cohort=cohort, ends_at__lt=clock.now()))
    Attendance.objects.bulk_create(
        _attendance(seat, session, number * 3 + place * 7)
        for number, seat in enumerate(seats)
        for place, session in enumerate(over)
    )


def _attendance(seat: Enrolment, session: Session, dice: int) -> Attendance:
    mark = MARKS[dice % len(MARKS)]
    whole = presence.minutes_between(session.starts_at, session.ends_at)
    missed = {presence.PRESENT: 0, presence.ABSENT: whole}.get(mark, 10 + dice % 50)
    return Attendance(
        enrolment=seat,
        session=session,
        mark=mark,
        minutes=whole - missed,
        way=Attendance.Way.LIST,
        recorded_at=session.ends_at,
    )


@dataclass(frozen=True)
class _Team:
    """Whom the ward sends, and what they are paid."""

    entry: Advisor
    fees: FeeTable


def _supports(firm: Firm, official: User, events: int) -> None:
    """Supports one after another whose visits make the card's events as many as wanted.

    Each support is told by a request and a beginning, those that are over by report and end too.
    """
    team = _team(official)
    visits = events - 4 * SUPPORTS + 2
    if visits < 0:
        raise RuntimeError(f"{visits} visits")
    shares = [visits // SUPPORTS + (number < visits % SUPPORTS) for number in range(SUPPORTS)]
    for back, share in enumerate(shares):
        _support(firm, official, team, back, share)


def _team(official: User) -> _Team:
    user = User.objects.create_user(email="advisor@bench.example", name="相談 一郎")
    today = clock.today()
    since = today - dt.timedelta(days=2_000)
    Assignment.objects.create(user=user, role=Role.ADVISOR, ward_id=SUMIDA, valid_from=since)
    entry = Advisor.objects.create(
        user=user,
        ward_id=SUMIDA,
        sides=["it", "floor"],
        qualifications=["it_coordinator"],
        fields=["production"],
        wards=[SUMIDA],
        languages=["ja"],
        vendors=[],
        capacity=20,
        contract_from=since,
        contract_to=today + dt.timedelta(days=400),
    )
    fees = FeeTable.objects.create(
        ward_id=SUMIDA,
        number=900,
        valid_from=since,
        it_hour_yen=9_000,
        floor_hour_yen=8_000,
        most_minutes=180,
        most_travel_yen=3_000,
        most_visits=12,
        basis="計測",
        drafted_by=official,
        published_by=user,
        published_at=clock.now(),
    )
    return _Team(entry, fees)


def _support(firm: Firm, official: User, team: _Team, back: int, visits: int) -> None:
    """The running support (`back` 0) or one that is over, with its visits on days of their own."""
    today = clock.today()
    starts_on = today - dt.timedelta(days=170 + 365 * back)
    ends_on = starts_on + dt.timedelta(days=182)
    over = ends_on if back else None
    request = SupportRequest.objects.create(
        ward_id=SUMIDA,
        firm=firm,
        firm_name=firm.name,
        trouble="日報を紙で書き、月末の集計に3日かかる。",
        wish="集計を半日で終えたい。",
        times="火・木の15時以降",
        sent_by=official,
        sent_at=clock.midnight(starts_on - dt.timedelta(days=14)),
        status=advice.ENGAGED,
    )
    case = Engagement.objects.create(
        request=request,
        ward_id=SUMIDA,
        firm=firm,
        firm_name=firm.name,
        address=firm.address,
        team=team.entry.user.name,
        starts_on=starts_on,
        ends_on=ends_on,
        reported_at=clock.midnight(ends_on) if over else None,
        closed_on=over,
        status=advice.FINISHED if over else advice.MEASURE,
    )
    member = TeamMember.objects.create(
        engagement=case,
        ward_id=SUMIDA,
        firm=firm,
        advisor=team.entry,
        user=team.entry.user,
        side="it",
        since=starts_on,
        until=over,
        chosen_by=official,
    )
    Visit.objects.bulk_create(
        _visit(case, member, team, official, number) for number in range(visits)
    )


def _visit(case: Engagement, member: TeamMember, team: _Team, official: User, number: int) -> Visit:
    starts_at = clock.midnight(case.starts_on + dt.timedelta(days=1 + number)) + dt.timedelta(
        hours=10
    )
    return Visit(
        engagement=case,
        ward_id=SUMIDA,
        firm_id=case.firm_id,
        member=member,
        advisor=member.user,
        side=member.side,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=2),
        note="工程を社長・工場長と一緒に付せんで書き出した。待ちは段取りの前に集まっている。",
        decisions="日報は3項目に減らす。",
        recorded_at=starts_at + dt.timedelta(hours=3),
        confirmed_at=starts_at + dt.timedelta(days=1),
        accepted_by=official,
        accepted_at=starts_at + dt.timedelta(days=2),
        fee_table=team.fees,
        status=advice.ACCEPTED,
    )
