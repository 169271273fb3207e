"""Cohorts with people in them, made through the services where it matters."""

import datetime as dt
from itertools import count
from typing import Any

from dojo import services, states
from dojo.models import Cohort, Course, Enrolment, Lecturer, Session
from dojo.rules.days import Wish
from dojo.services import Fields, Times
from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.models import Firm
from tests.factories import subsidies as make
from tests.factories.programs import SINCE, SUMIDA
from tests.support.people import make_person

_numbers = count(1)
SYSTEM = Actor.system("test")
STORY = "紙の日報をやめて3年。最初の半年は続かず、現場の班長に任せてから変わりました。"


def course(code: str = "dojo") -> Course:
    """The shipped course."""
    with acting(SYSTEM):
        services.courses_load(actor=SYSTEM)
        return Course.objects.get(code=code)


def fields(**changes: Any) -> Fields:
    """A cohort that takes applications now."""
    today = clock.today()
    values: dict[str, Any] = {
        "capacity": 10,
        "selection": Cohort.Selection.FIRST_COME,
        "opens_on": today - dt.timedelta(days=10),
        "closes_on": today + dt.timedelta(days=10),
        "place": "すみだ産業会館 会議室3",
        "contact": "産業振興課 03-1234-5678",
    }
    return Fields(**values | changes)


def make_draft(
    planner: Actor | None = None, *, code: str = "dojo", wards: tuple[int, ...] = (), **changes: Any
) -> Cohort:
    """A cohort in preparation, its first session in 20 days."""
    planner = planner or make.official_actor()
    wanted = course(code)
    wish = Wish(clock.today() + dt.timedelta(days=20), wanted.units.count())
    with acting(planner):
        return services.cohort_create(
            actor=planner,
            course_id=wanted.pk,
            ward_ids=wards,
            fields=fields(**changes),
            times=Times(wish, dt.time(18, 0)),
        )


def make_cohort(
    planner: Actor | None = None, *, lecturer: Actor | None = None, **draft: Any
) -> Cohort:
    """A cohort that is announced, with a peer owner and, where given, a lecturer with an account."""
    planner = planner or make.official_actor()
    cohort = make_draft(planner, **draft)
    with acting(planner):
        services.lecturer_add(
            actor=planner,
            cohort_id=cohort.pk,
            name="押上 実",
            profile="押上プレス工業 社長",
            is_peer=True,
            story=STORY,
        )
        if lecturer is not None:
            services.lecturer_add(
                actor=planner,
                cohort_id=cohort.pk,
                name=lecturer.name,
                profile="中小企業診断士",
                user_id=lecturer.user_id,
            )
        services.cohort_announce(actor=planner, cohort_id=cohort.pk)
    return Cohort.objects.select_related("course").get(pk=cohort.pk)


def lecturer_actor(ward: int | None = SUMIDA, **person: Any) -> Actor:
    """A new lecturer of the ward."""
    number = next(_numbers)
    user = make_person(
        person.pop("email", f"lecturer{number}@dojo.example"),
        name=person.pop("name", f"講師{number}"),
    )
    Assignment.objects.create(user=user, role=Role.LECTURER, ward_id=ward, valid_from=SINCE)
    return as_lecturer(user, ward)


def as_lecturer(user: User, ward: int | None = SUMIDA) -> Actor:
    """A person who holds the role already."""
    return Actor(user.pk, user.name, Hat.SUPPORT, frozenset({Role.LECTURER}), ward_id=ward)


def owner(firm: Firm | None = None, **firm_fields: Any) -> Actor:
    """The owner of a (new) firm, acting for it."""
    return make.firm_actor(firm or make.make_firm(**firm_fields))


def apply(actor: Actor, cohort: Cohort, **changes: Any) -> Enrolment:
    """The owner applies for the own firm."""
    values: dict[str, Any] = {"person_id": actor.user_id, "motive": "日報を紙で書いている。"}
    with acting(actor):
        return services.enrolment_apply(actor=actor, cohort_id=cohort.pk, **values | changes)


def enrolled(cohort: Cohort, number: int = 1) -> list[tuple[Actor, Enrolment]]:
    """So many owners with a seat."""
    people = [owner() for _ in range(number)]
    return [(actor, apply(actor, cohort)) for actor in people]


def begin(cohort: Cohort, *, ago: dt.timedelta = dt.timedelta(minutes=5), at: int = 0) -> Session:
    """Move one regular session to now, so that it has just begun."""
    session = list(Session.objects.filter(cohort=cohort, is_make_up=False))[at]
    return move(session, clock.now() - ago)


def move(session: Session, starts_at: dt.datetime) -> Session:
    """Another time, as long as before; past the service, which moves nothing into the past."""
    length = session.ends_at - session.starts_at
    session.starts_at, session.ends_at = starts_at, starts_at + length
    with acting(SYSTEM):
        session.save()
    return session


def held(cohort: Cohort) -> list[Session]:
    """Every session lies in the past, the last one yesterday."""
    rows = list(Session.objects.filter(cohort=cohort, is_make_up=False))
    for index, session in enumerate(reversed(rows)):
        move(session, clock.now() - dt.timedelta(days=1 + 7 * index))
    return sessions(cohort)


def sessions(cohort: Cohort) -> list[Session]:
    """In the order of their days."""
    return list(Session.objects.filter(cohort=cohort).select_related("unit"))


def sessions_as_system(cohort: Cohort) -> list[Session]:
    """The same where no test context is open."""
    with acting(SYSTEM):
        return sessions(cohort)


def attend(
    keeper: Actor, row: Enrolment, marks: str, *, plan: bool = True, reason: str = ""
) -> None:
    """One letter a session: p present, l late by 10 minutes, a absent, - no record."""
    for session, letter in zip(sessions(row.cohort), marks, strict=False):
        mark = {"p": ("present", None), "l": ("late", 140), "a": ("absent", None)}.get(letter)
        if mark:
            with acting(keeper):
                services.attendance_record(
                    actor=keeper, session_id=session.pk, marks={row.pk: mark}, reason=reason
                )
    if plan:
        with acting(keeper):
            services.plan_hand_in(actor=keeper, enrolment_id=row.pk, on=clock.today())


def graduate(planner: Actor, approver: Actor, cohort: Cohort) -> list[Any]:
    """Propose by the rule and confirm everybody."""
    from dojo.models import Graduation

    with acting(planner):
        services.graduations_propose(actor=planner, cohort_id=cohort.pk)
    rows = Graduation.objects.filter(enrolment__cohort=cohort, status=states.PROPOSED)
    done = []
    for pk in list(rows.values_list("pk", flat=True)):
        with acting(approver):
            done.append(services.graduation_confirm(actor=approver, graduation_id=pk))
    return done


def lecturer_of(cohort: Cohort) -> Lecturer:
    """Its first lecturer."""
    return Lecturer.objects.filter(cohort=cohort).first()
