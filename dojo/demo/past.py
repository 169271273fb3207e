"""Cohorts of earlier years and the running ones of every ward, written in bulk."""

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dojo import states
from dojo.demo.people import COMMENTS, MOTIVES, REASONS, SIZE, TURNED_AWAY, Person, peer
from dojo.models import (
    Answer,
    Attendance,
    Cohort,
    CohortWard,
    Course,
    CurriculumUnit,
    Enrolment,
    Graduation,
    Lecturer,
    Session,
)
from dojo.rules import completion, days, presence
from dojo.services.cohorts import session_on
from dojo.services.graduations import years_on
from portal.accounts.models import User
from portal.kernel import clock, numbering
from portal.kernel.models import Counter
from programs.models import Firm, Qualification, Ward

# From the last session to the decision on who has graduated.
DECIDED_AFTER = dt.timedelta(days=7)


@dataclass
class Past:
    """Rows of the past, inserted together at the end."""

    cohorts: list[Cohort] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    lecturers: list[Lecturer] = field(default_factory=list)
    enrolments: list[Enrolment] = field(default_factory=list)
    attendances: list[Attendance] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    facts: list[Qualification] = field(default_factory=list)
    graduations: list[Graduation] = field(default_factory=list)


def past_cohort(
    past: Past,
    rng: random.Random,
    ward: Ward,
    course: Course,
    back: int,
    people: Sequence[Person],
    graduated: set[int],
    today: dt.date,
) -> None:
    """A cohort that has ended; some of its people have graduated. Of the running year (`back` 0) it began in
    spring, and there is none where it would not be over by today.
    """
    year = clock.fiscal_year(today) - back
    cohort = _cohort(ward, course, year, 1, status=states.ENDED, capacity=12)
    months = (6, 7, 9) if back else (4, 5)
    first = dt.date(year, rng.choice(months), rng.randint(1, 20))
    units = list(course.units.all())
    sessions = _sessions(cohort, units, first)
    if clock.to_date(sessions[-1].ends_at) + DECIDED_AFTER > today:
        return
    past.cohorts.append(cohort)
    past.sessions += sessions
    past.lecturers.append(peer(cohort, rng))
    free = [item for item in people if item[0].pk not in graduated]
    for index, (user, firm) in enumerate(rng.sample(free, min(SIZE[course.code], len(free)))):
        gone = {"status": states.REMOVED, "reason": REASONS[1]} if index == 4 else {}
        row = _enrolment(cohort, user, firm, rng, sessions[0].starts_at, **gone)
        past.enrolments.append(row)
        if gone:
            continue
        row.plan_handed_in_on = clock.to_date(sessions[-1].ends_at)
        marks = _marks(rng, len(units), complete=index != 3)
        past.attendances += [
            _attendance(row, session, mark) for session, mark in zip(sessions, marks, strict=True)
        ]
        past.answers += [
            _answer(rng, row, session)
            for session, mark in zip(sessions, marks, strict=True)
            if mark != presence.ABSENT and rng.random() < 0.8
        ]
        if index != 3:
            graduated.add(user.pk)
            _graduate(past, row, cohort, sessions, marks)


def turned_away(past: Past, rng: random.Random, people: Mapping[int, Sequence[Person]]) -> None:
    """The first Dojos had fewer seats than applicants: who came last waited (補欠) and never got one."""
    seated: dict[int, list[Enrolment]] = {}
    for row in past.enrolments:
        seated.setdefault(id(row.cohort), []).append(row)
    graduated = {row.enrolment.person_id for row in past.graduations}
    oldest = min(cohort.fiscal_year for cohort in past.cohorts)
    for cohort in past.cohorts:
        if cohort.course.code != "dojo" or cohort.fiscal_year != oldest:
            continue
        own = seated.get(id(cohort), [])
        busy = graduated | {row.person_id for row in own}
        free = [item for item in people.get(cohort.ward_id, []) if item[0].pk not in busy]
        cohort.capacity = max(len(own), 1)
        for user, firm in rng.sample(free, min(TURNED_AWAY if own else 0, len(free))):
            row = _enrolment(cohort, user, firm, rng, own[0].applied_at, status=states.WAITING)
            row.applied_at = max(one.applied_at for one in own) + dt.timedelta(days=1)
            past.enrolments.append(row)


def _graduate(
    past: Past, row: Enrolment, cohort: Cohort, sessions: Sequence[Session], marks: Sequence[str]
) -> None:
    course = cohort.course
    on = clock.to_date(sessions[-1].ends_at) + DECIDED_AFTER
    count = 1 + sum(g.number.startswith(_prefix(cohort)) for g in past.graduations[-12:])
    number = f"{_prefix(cohort)}{count:04d}"
    fact = Qualification(
        firm=row.firm,
        ward_id=row.ward_id,
        kind=course.fact_kind,
        cohort=f"{course.name} 第{cohort.number}期",
        number=number,
        person_name=row.person_name,
        granted_on=on,
        expires_on=years_on(on, course.valid_years),
        source=f"{course.name} 第{cohort.number}期の受講記録",
    )
    rule = completion.parse(cohort.rule, units=len(sessions))
    verdict = completion.assess(
        rule,
        units=range(1, len(sessions) + 1),
        visits=[
            completion.Visit(unit, mark, 0 if mark == presence.ABSENT else 120, 120)
            for unit, mark in enumerate(marks, start=1)
        ],
        has_plan=True,
    )
    past.facts.append(fact)
    past.graduations.append(
        Graduation(
            enrolment=row,
            ward_id=row.ward_id,
            firm=row.firm,
            person_id=row.person_id,
            course_code=course.code,
            status=states.CONFIRMED,
            assessment=verdict.as_data(),
            confirmed_on=on,
            number=number,
            fact=fact,
        )
    )


def _prefix(cohort: Cohort) -> str:
    number = numbering.receipt_no(
        ward_id=cohort.ward_id,
        scheme=cohort.course.code,
        fiscal_year=cohort.fiscal_year,
        number=1,
    )
    return number[:-4]


def insert(past: Past) -> None:
    """All rows of the past, table by table. Numbers that were taken are counted."""
    Cohort.objects.bulk_create(past.cohorts)
    CohortWard.objects.bulk_create(
        CohortWard(cohort=cohort, ward_id=cohort.ward_id) for cohort in past.cohorts
    )
    Session.objects.bulk_create(past.sessions)
    Lecturer.objects.bulk_create(past.lecturers)
    Enrolment.objects.bulk_create(past.enrolments)
    Attendance.objects.bulk_create(past.attendances)
    Answer.objects.bulk_create(past.answers)
    Qualification.objects.bulk_create(past.facts)
    for graduation in past.graduations:
        graduation.fact = graduation.fact  # the key is known only now
        graduation.enrolment = graduation.enrolment
    Graduation.objects.bulk_create(past.graduations)
    taken: dict[int, int] = {}
    for row in past.enrolments:
        if row.status == states.ENROLLED:
            taken[row.cohort_id] = taken.get(row.cohort_id, 0) + 1
    for cohort in past.cohorts:
        cohort.taken = taken.get(cohort.pk, 0)
    Cohort.objects.bulk_update(past.cohorts, ["taken"])
    counts: dict[tuple[int, str, int], int] = {}
    for graduation in past.graduations:
        cohort = graduation.enrolment.cohort
        key = (cohort.ward_id, cohort.course.code.upper(), cohort.fiscal_year)
        counts[key] = counts.get(key, 0) + 1
    Counter.objects.bulk_create(
        Counter(series="certificate", ward_id=ward, scheme=scheme, fiscal_year=year, last=last)
        for (ward, scheme, year), last in counts.items()
    )


def running(
    rng: random.Random,
    courses: dict[str, Course],
    people: dict[str, dict[int, list[Person]]],
    today: dt.date,
) -> None:
    """This year's cohorts of every ward: the Dojo under way, the leader course taking applications."""
    year = clock.fiscal_year(today)
    past = Past()
    for ward in Ward.objects.order_by("code"):
        for code, course in courses.items():
            under_way = code == "dojo"
            first = today + dt.timedelta(days=-16 if under_way else 25 + rng.randint(0, 10))
            number = 1 + Cohort.objects.filter(ward=ward, course=course, fiscal_year=year).count()
            cohort = _cohort(ward, course, year, number, status=states.ANNOUNCED, capacity=10)
            cohort.opens_on = first - dt.timedelta(days=50)
            cohort.closes_on = first - dt.timedelta(days=8)
            sessions = _sessions(cohort, list(course.units.all()), first)
            past.cohorts.append(cohort)
            past.sessions += sessions
            past.lecturers.append(peer(cohort, rng))
            found = people[code].get(ward.code, [])
            done = set(
                Graduation.objects.filter(course_code=code).values_list("person_id", flat=True)
            )
            free = [item for item in found if item[0].pk not in done]
            for user, firm in rng.sample(free, min(4, len(free))):
                row = _enrolment(cohort, user, firm, rng, sessions[0].starts_at)
                past.enrolments.append(row)
                past.attendances += [
                    _attendance(row, session, rng.choice(("present", "present", "late")))
                    for session in sessions
                    if session.ends_at < clock.now()
                ]
    insert(past)


def _cohort(
    ward: Ward, course: Course, year: int, number: int, *, status: str, capacity: int
) -> Cohort:
    return Cohort(
        course=course,
        ward=ward,
        fiscal_year=year,
        number=number,
        status=status,
        capacity=capacity,
        selection=Cohort.Selection.FIRST_COME,
        opens_on=dt.date(year, 4, 10),
        closes_on=dt.date(year, 5, 20),
        place=f"{ward.name}産業会館",
        contact=f"{ward.name} {ward.office}",
        rule=course.rule,
    )


def _sessions(cohort: Cohort, units: Sequence[CurriculumUnit], first: dt.date) -> list[Session]:
    found = days.propose(days.Wish(first, len(units)))
    return [
        session_on(cohort, unit, day, dt.time(18)) for unit, day in zip(units, found, strict=True)
    ]


def _enrolment(
    cohort: Cohort,
    user: User,
    firm: Firm,
    rng: random.Random,
    first: dt.datetime,
    **changes: str,
) -> Enrolment:
    return Enrolment(
        cohort=cohort,
        ward_id=cohort.ward_id,
        firm=firm,
        person=user,
        firm_name=firm.name,
        person_name=user.name,
        motive=rng.choice(MOTIVES),
        applied_at=first - dt.timedelta(days=rng.randint(20, 40)),
        **{"status": states.ENROLLED, **changes},
    )


def _marks(rng: random.Random, count: int, *, complete: bool) -> list[str]:
    missed = {rng.randrange(count)} if complete else set(rng.sample(range(count), 3))
    return [
        presence.ABSENT
        if index in missed
        else rng.choice((presence.PRESENT,) * 5 + (presence.LATE,))
        for index in range(count)
    ]


def _attendance(row: Enrolment, session: Session, mark: str) -> Attendance:
    whole = presence.minutes_between(session.starts_at, session.ends_at)
    minutes = {presence.PRESENT: whole, presence.ABSENT: 0}.get(mark, whole - 20)
    return Attendance(
        enrolment=row,
        session=session,
        mark=mark,
        minutes=minutes,
        way=Attendance.Way.LIST,
        recorded_at=session.ends_at,
    )


def _answer(rng: random.Random, row: Enrolment, session: Session) -> Answer:
    return Answer(
        enrolment=row,
        session=session,
        clear=rng.choice((3, 4, 4, 5)),
        useful=rng.choice((3, 4, 5, 5)),
        pace=rng.choice((2, 3, 4, 4)),
        comment=rng.choice(COMMENTS),
        answered_at=session.ends_at + dt.timedelta(hours=2),
    )
