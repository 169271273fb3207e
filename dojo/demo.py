"""The demonstration's courses: 23 wards, three fiscal years, every state.

The past is written in bulk as the services would have left it: graduations with their facts, but without a PDF.
What is live in 墨田区 and 大田区 goes through the services, so that audit and notices are true.
"""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.utils.translation import override

from dojo import services, states
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
    SessionWork,
)
from dojo.rules import completion, days, presence
from dojo.services import Fields, Times
from dojo.services.cohorts import session_on
from dojo.services.graduations import years_on
from portal.accounts.demo import BY_KEY, DOMAIN, OTA, SUMIDA
from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.kernel import clock, numbering
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.models import Counter
from programs.demo_names import GIVEN, SURNAMES
from programs.models import Firm, FirmMembership, Qualification, Site, Ward

SEED = 41_130
SYSTEM = Actor.system("load_demo")
PAST_YEARS = (2, 1)
_SIZE = {"dojo": 5, "leader": 6}
_STORIES = (
    (
        "押上 実",
        "押上プレス工業 社長",
        "紙の日報をやめて3年。最初の半年は続かず、現場の班長に任せてから変わりました。",
    ),
    (
        "京島 和子",
        "京島ばね製作所 専務",
        "見積の控えを探す時間が1日40分。写真と番号だけの台帳にしたら5分になりました。",
    ),
    (
        "糀谷 隆",
        "糀谷精機 社長",
        "高い仕組みを入れて失敗し、表計算からやり直しました。順番を守ればよかった。",
    ),
)
_MOTIVES = (
    "日報を紙で書き、月末に1人が3日かけて集計している。",
    "見積に時間がかかり、返事が遅いと言われる。",
    "ベテランの段取りが、ほかの人に分からない。",
    "在庫を数え直すたびに、数が合わない。",
    "不良の原因を、あとから追いかけられない。",
)
_COMMENTS = (
    "流れ図を描いて、むだが見えた。",
    "経営者の話が身につまされた。",
    "もう少し手を動かす時間がほしい。",
    "",
)
_REASONS = ("仕事の都合で出られなくなったため", "申込みの内容を確かめられなかったため")


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


def load(today: dt.date) -> int:
    """Courses and cohorts of three years; returns how many cohorts there are. As the system."""
    rng = random.Random(SEED)  # noqa: S311 (invented data)
    services.courses_load(actor=SYSTEM)
    courses = {course.code: course for course in Course.objects.prefetch_related("units")}
    people = _people(rng)
    past = Past()
    for ward in Ward.objects.order_by("code"):
        for code, course in courses.items():
            graduated: set[int] = set()
            for back in PAST_YEARS:
                _past(
                    past, rng, ward, course, back, people[code].get(ward.code, []), graduated, today
                )
    _insert(past)
    with override("ja"):
        _running(rng, courses, people, today)
        _live(rng, courses, people, today)
    return Cohort.objects.count()


Person = tuple[User, Firm]


def _people(rng: random.Random) -> dict[str, dict[int, list[Person]]]:
    """Owners for the Dojo and, for the leader course, shop-floor members made here; by ward."""
    heads = dict(
        Site.objects.filter(kind=Site.Kind.HEAD, closed_on=None).values_list("firm_id", "ward_id")
    )
    rows = FirmMembership.objects.filter(valid_to=None, firm__email__endswith=f"@{DOMAIN}")
    owners: dict[int, list[Person]] = {}
    for row in rows.filter(role=Role.FIRM_OWNER).select_related("user", "firm").order_by("pk"):
        if row.firm_id in heads and row.user.email != BY_KEY["owner"].email:
            owners.setdefault(heads[row.firm_id], []).append((row.user, row.firm))
    firms = [firm for found in owners.values() for _user, firm in found]
    unusable = make_password(None)
    users = User.objects.bulk_create(
        User(
            email=f"leader-{firm.pk}@{DOMAIN}",
            name=f"{rng.choice(SURNAMES)[0]} {rng.choice(GIVEN)}",
            password=unusable,
        )
        for firm in firms
    )
    FirmMembership.objects.bulk_create(
        FirmMembership(user=user, firm=firm, role=Role.FIRM_MEMBER, valid_from=dt.date(2022, 4, 1))
        for user, firm in zip(users, firms, strict=True)
    )
    leaders: dict[int, list[Person]] = {}
    for user, firm in zip(users, firms, strict=True):
        leaders.setdefault(heads[firm.pk], []).append((user, firm))
    return {"dojo": owners, "leader": leaders}


def _past(
    past: Past,
    rng: random.Random,
    ward: Ward,
    course: Course,
    back: int,
    people: Sequence[Person],
    graduated: set[int],
    today: dt.date,
) -> None:
    """A cohort that has ended; some of its people have graduated."""
    year = clock.fiscal_year(today) - back
    cohort = _cohort(ward, course, year, 1, status=states.ENDED, capacity=12)
    first = dt.date(year, rng.choice((6, 7, 9)), rng.randint(1, 20))
    units = list(course.units.all())
    sessions = _sessions(cohort, units, first)
    past.cohorts.append(cohort)
    past.sessions += sessions
    past.lecturers.append(_peer(cohort, rng))
    free = [item for item in people if item[0].pk not in graduated]
    for index, (user, firm) in enumerate(rng.sample(free, min(_SIZE[course.code], len(free)))):
        gone = {"status": states.REMOVED, "reason": _REASONS[1]} if index == 4 else {}
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


def _graduate(
    past: Past, row: Enrolment, cohort: Cohort, sessions: Sequence[Session], marks: Sequence[str]
) -> None:
    course = cohort.course
    on = clock.to_date(sessions[-1].ends_at) + dt.timedelta(days=7)
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


def _insert(past: Past) -> None:
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


def _running(
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
            cohort = _cohort(ward, course, year, 1, status=states.ANNOUNCED, capacity=10)
            cohort.opens_on = first - dt.timedelta(days=50)
            cohort.closes_on = first - dt.timedelta(days=8)
            sessions = _sessions(cohort, list(course.units.all()), first)
            past.cohorts.append(cohort)
            past.sessions += sessions
            past.lecturers.append(_peer(cohort, rng))
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
    _insert(past)


def _live(
    rng: random.Random,
    courses: dict[str, Course],
    people: dict[str, dict[int, list[Person]]],
    today: dt.date,
) -> None:
    """墨田区 through the services: every state of cohort, enrolment and graduation."""
    planner, approver = _official("reviewer"), _official("approver")
    teacher = User.objects.get(email=BY_KEY["lecturer"].email)
    owner = User.objects.get(email=BY_KEY["owner"].email)
    firm = FirmMembership.objects.get(user=owner, valid_to=None).firm
    free = _free(people["dojo"].get(SUMIDA, []), "dojo")

    # Over, with everything decided and one graduation revoked.
    done = _open(planner, courses["dojo"], today, teacher, capacity=6)
    _fill(done, free[:4], rng)
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
    _fill(full, free[4:12], rng, also=(owner, firm))
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
    _fill(chosen, _free(people["leader"].get(SUMIDA, []), "leader")[:5], rng)
    _fill(chosen, _free(people["leader"].get(OTA, []), "leader")[:3], rng, ward=OTA)
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
    _fill(off, free[12:13], rng)
    with acting(planner):
        services.cohort_cancel(
            actor=planner, cohort_id=off.pk, reason="会場の改修工事と重なったため"
        )
    # The lecturer teaches the ward's running cohort as well, and has written to somebody.
    running = Cohort.objects.get(
        ward_id=SUMIDA,
        course=courses["dojo"],
        fiscal_year=clock.fiscal_year(today),
        number=1,
    )
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
        for name, profile, story in _STORIES[:1]:
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
            fields=Fields(**values | changes),  # type: ignore[arg-type]
            times=Times(_wish(today + dt.timedelta(days=days), course.units.count()), dt.time(18)),
        )


def _wish(first_on: dt.date, count: int) -> days.Wish:
    return days.Wish(first_on, count)


def _fill(
    cohort: Cohort,
    people: Sequence[Person],
    rng: random.Random,
    *,
    also: Person | None = None,
    ward: int = SUMIDA,
) -> None:
    """They apply, each for the own firm."""
    for user, firm in [*([also] if also else []), *people]:
        role = FirmMembership.objects.get(user=user, firm=firm, valid_to=None).role
        actor = Actor(user.pk, user.name, Hat.FIRM, frozenset({role}), firm_id=firm.pk)
        with acting(actor):
            services.enrolment_apply(
                actor=actor,
                cohort_id=cohort.pk,
                person_id=user.pk,
                motive=rng.choice(_MOTIVES),
                ward_id=ward,
            )


def _withdraw(row: Enrolment) -> None:
    role = FirmMembership.objects.get(user_id=row.person_id, firm_id=row.firm_id).role
    actor = Actor(row.person_id, row.person_name, Hat.FIRM, frozenset({role}), firm_id=row.firm_id)
    with acting(actor):
        services.enrolment_withdraw(actor=actor, enrolment_id=row.pk, reason=_REASONS[0])


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


def _official(key: str) -> Actor:
    user = User.objects.get(email=BY_KEY[key].email)
    roles = Assignment.objects.filter(user=user, ward_id=SUMIDA).values_list("role", flat=True)
    return Actor(user.pk, user.name, Hat.WARD, frozenset(roles), ward_id=SUMIDA)


def _free(people: Sequence[Person], code: str) -> list[Person]:
    """Those who have not graduated and are in no running cohort."""
    done = set(Graduation.objects.filter(course_code=code).values_list("person_id", flat=True))
    busy = set(
        Enrolment.objects.filter(
            cohort__status=states.ANNOUNCED, cohort__course__code=code
        ).values_list("person_id", flat=True)
    )
    return [item for item in people if item[0].pk not in done | busy]


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


def _peer(cohort: Cohort, rng: random.Random) -> Lecturer:
    name, profile, story = rng.choice(_STORIES)
    return Lecturer(cohort=cohort, name=name, profile=profile, is_peer=True, story=story)


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
        motive=rng.choice(_MOTIVES),
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
        comment=rng.choice(_COMMENTS),
        answered_at=session.ends_at + dt.timedelta(hours=2),
    )
