"""墨田区 through the services: every state of cohort, enrolment and graduation."""

import datetime as dt
import random
from collections.abc import Sequence

from dojo import services, states
from dojo.demo.people import REASONS, STORIES, Person, fill, free_of, official
from dojo.models import (
    Cohort,
    Course,
    Enrolment,
    Graduation,
    Session,
    SessionWork,
)
from dojo.rules import days
from dojo.services import Fields, Times
from portal.accounts.demo import BY_KEY, OTA, SUMIDA
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.models import FirmMembership


def live(
    rng: random.Random,
    courses: dict[str, Course],
    people: dict[str, dict[int, list[Person]]],
    today: dt.date,
) -> None:
    """墨田区 through the services: every state of cohort, enrolment and graduation."""
    planner, approver = official("reviewer"), official("approver")
    teacher = User.objects.get(email=BY_KEY["lecturer"].email)
    owner = User.objects.get(email=BY_KEY["owner"].email)
    firm = FirmMembership.objects.get(user=owner, valid_to=None).firm
    free = free_of(people["dojo"].get(SUMIDA, []), "dojo")

    # Over, with everything decided and one graduation revoked.
    done = _open(planner, courses["dojo"], today, teacher, capacity=6)
    fill(done, free[:4], rng)
    _hold(done, today)
    rows = list(Enrolment.objects.filter(cohort=done, status=states.ENROLLED).order_by("pk"))
    for index, row in enumerate(rows):
        _attend(planner, row, "pppp-" if index else "plppa", reason="")
        with acting(planner):
            services.plan_hand_in(actor=planner, enrolment_id=row.pk, on=today)
    if rows:
        _correct(planner, rows[0])
    with acting(planner):
        services.graduations_propose(actor=planner, cohort_id=done.pk)
    found = list(Graduation.objects.filter(enrolment__cohort=done).order_by("pk"))
    for graduation in found[:2]:
        with acting(approver):
            services.graduation_confirm(actor=approver, graduation_id=graduation.pk)
    if len(found) > 2:
        with acting(approver):
            services.graduation_return(
                actor=approver,
                graduation_id=found[2].pk,
                reason="第3回の出席の記録を確かめてください。",
            )
            services.graduation_revoke(
                actor=approver, graduation_id=found[1].pk, reason="代理の方の出席が分かったため"
            )

    # Full, with a list: one is asked, others wait, one has let the day pass.
    full = _open(planner, courses["dojo"], today, teacher, capacity=3, days=24)
    fill(full, free[4:12], rng, also=(owner, firm))
    seated = list(Enrolment.objects.filter(cohort=full, status=states.ENROLLED).order_by("pk"))
    for row in seated[1:3]:
        _withdraw(row)
    asked = Enrolment.objects.filter(cohort=full, status=states.OFFERED).order_by("pk").first()
    if asked is not None:
        Enrolment.objects.filter(pk=asked.pk).update(accept_by=today - dt.timedelta(days=1))
        services.seats_settle_all(today=today)

    # Chosen by published criteria; of two wards; one not yet published; one called off.
    chosen = _open(
        planner,
        courses["leader"],
        today,
        teacher,
        capacity=4,
        days=30,
        selection=Cohort.Selection.CHOSEN,
        criteria="1. 課題が具体的であること\n2. 会社が宿題の時間を取れること\n3. 前年度に受講していない企業であること",
        wards=(OTA,),
    )
    fill(chosen, free_of(people["leader"].get(SUMIDA, []), "leader")[:5], rng)
    fill(chosen, free_of(people["leader"].get(OTA, []), "leader")[:3], rng, ward=OTA)
    applied = list(Enrolment.objects.filter(cohort=chosen).order_by("pk"))
    for row, action in zip(applied, ("enrol", "enrol", "queue", "decline"), strict=False):
        with acting(planner):
            services.enrolment_choose(
                actor=planner,
                enrolment_id=row.pk,
                action=action,
                reason="今回は課題が講座の内容と合わないため" if action == "decline" else "",
            )
    _draft(planner, courses["dojo"], today, days=70)
    off = _open(planner, courses["dojo"], today, teacher, capacity=8, days=45)
    fill(off, free[12:13], rng)
    with acting(planner):
        services.cohort_cancel(
            actor=planner, cohort_id=off.pk, reason="会場の改修工事と重なったため"
        )
    # The lecturer teaches the ward's running cohort as well, and has written to somebody.
    running = Cohort.objects.filter(
        ward_id=SUMIDA,
        course=courses["dojo"],
        fiscal_year=clock.fiscal_year(today),
        status=states.ANNOUNCED,
    ).earliest("number")
    with acting(planner):
        services.lecturer_add(
            actor=planner,
            cohort_id=running.pk,
            name=teacher.name,
            profile="中小企業診断士",
            user_id=teacher.pk,
        )
    _works(running, teacher, today)


def _open(
    planner: Actor,
    course: Course,
    today: dt.date,
    teacher: User,
    *,
    days: int = 21,
    wards: Sequence[int] = (),
    **changes: object,
) -> Cohort:
    """A cohort through the services, announced."""
    cohort = _draft(planner, course, today, days=days, wards=wards, **changes)
    with acting(planner):
        for name, profile, story in STORIES[:1]:
            services.lecturer_add(
                actor=planner,
                cohort_id=cohort.pk,
                name=name,
                profile=profile,
                is_peer=True,
                story=story,
            )
        services.lecturer_add(
            actor=planner,
            cohort_id=cohort.pk,
            name=teacher.name,
            profile="中小企業診断士",
            user_id=teacher.pk,
        )
        services.cohort_announce(actor=planner, cohort_id=cohort.pk)
    return Cohort.objects.select_related("course").get(pk=cohort.pk)


def _draft(
    planner: Actor,
    course: Course,
    today: dt.date,
    *,
    days: int,
    wards: Sequence[int] = (),
    **changes: object,
) -> Cohort:
    values: dict[str, object] = {
        "capacity": 10,
        "selection": Cohort.Selection.FIRST_COME,
        "opens_on": today - dt.timedelta(days=20),
        "closes_on": today + dt.timedelta(days=days - 7),
        "place": "すみだ産業会館 会議室3",
        "contact": "産業振興課 03-0000-1111",
        "message": "筆記用具だけお持ちください。パソコンは要りません。",
    }
    with acting(planner):
        return services.cohort_create(
            actor=planner,
            course_id=course.pk,
            ward_ids=wards,
            fields=Fields(**values | changes),
            times=Times(_wish(today + dt.timedelta(days=days), course.units.count()), dt.time(18)),
        )


def _wish(first_on: dt.date, count: int) -> days.Wish:
    return days.Wish(first_on, count)


def _withdraw(row: Enrolment) -> None:
    role = FirmMembership.objects.get(user_id=row.person_id, firm_id=row.firm_id).role
    actor = Actor(row.person_id, row.person_name, Hat.FIRM, frozenset({role}), firm_id=row.firm_id)
    with acting(actor):
        services.enrolment_withdraw(actor=actor, enrolment_id=row.pk, reason=REASONS[0])


def _hold(cohort: Cohort, today: dt.date) -> None:
    """Its sessions lie in the past, the last one last week."""
    sessions = list(Session.objects.filter(cohort=cohort))
    for index, session in enumerate(sessions):
        back = dt.timedelta(days=7 * (len(sessions) - index))
        length = session.ends_at - session.starts_at
        begin = clock.midnight(today) - back + dt.timedelta(hours=18)
        session.starts_at, session.ends_at = begin, begin + length
    Session.objects.bulk_update(sessions, ["starts_at", "ends_at"])
    Cohort.objects.filter(pk=cohort.pk).update(
        opens_on=today - dt.timedelta(days=80), closes_on=today - dt.timedelta(days=45)
    )


def _attend(keeper: Actor, row: Enrolment, letters: str, *, reason: str) -> None:
    for session, letter in zip(
        Session.objects.filter(cohort_id=row.cohort_id), letters, strict=False
    ):
        mark = {"p": ("present", None), "l": ("late", 130), "a": ("absent", None)}.get(letter)
        if mark:
            with acting(keeper):
                services.attendance_record(
                    actor=keeper, session_id=session.pk, marks={row.pk: mark}, reason=reason
                )


def _correct(keeper: Actor, row: Enrolment) -> None:
    session = Session.objects.filter(cohort_id=row.cohort_id).last()
    if session is not None:
        with acting(keeper):
            services.attendance_record(
                actor=keeper,
                session_id=session.pk,
                marks={row.pk: ("partial", 100)},
                reason="途中から来ていたことを講師が確かめたため",
            )


def _works(cohort: Cohort, teacher: User, today: dt.date) -> None:
    """Pre-work said to be done, and a word of the lecturer."""
    actor = Actor(teacher.pk, teacher.name, Hat.SUPPORT, frozenset({Role.LECTURER}))
    sessions = list(Session.objects.filter(cohort=cohort))
    rows = Enrolment.objects.filter(cohort=cohort, status=states.ENROLLED).order_by("pk")
    for index, row in enumerate(rows):
        if index % 2 == 0:
            SessionWork.objects.create(enrolment=row, session=sessions[-1], prework_on=today)
        if index == 0:
            with acting(actor):
                services.feedback_write(
                    actor=actor,
                    session_id=sessions[0].pk,
                    enrolment_id=row.pk,
                    text="困りごとが数字で書けていて、とてもよいです。次は時間を測ってみましょう。",
                )
