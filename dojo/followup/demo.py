"""The demonstration's follow-up: graduates of both courses were asked, answered, were called; the Dojo's reported.

Surveys that lie in the past, and their mails and answers, are written in bulk as the services would
have left them. What is live in 墨田区 goes through the services: one report waits, one came back.
"""

import datetime as dt
import random
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.utils.translation import override
from PIL import Image, ImageDraw

from dojo import states as course_states
from dojo.followup import links, rules, services, states
from dojo.followup.models import Investment, Reply, Survey, SurveyMail
from dojo.followup.questions import Choice
from dojo.followup.services.investments import PURPOSE
from dojo.followup.services.planning import survey_of
from dojo.models import Course, Graduation
from portal.accounts.demo import BY_KEY, SUMIDA
from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.files import storage
from portal.kernel.files.models import StoredFile

SEED = 41_350
LOTS = {"dojo": 0, "leader": 1}
# What became of a graduate: invested by themselves, with another body's grant, or not (yet).
INVESTING, GRANTED = 0.55, 0.08
ANSWERING, CALLED = 0.72, 0.10
WHAT = (
    (Investment.Kind.SOFTWARE, "生産管理クラウドの導入", 720_000),
    (Investment.Kind.SOFTWARE, "見積作成ソフトの契約（1年分）", 264_000),
    (Investment.Kind.EQUIPMENT, "稼働監視センサー6台", 480_000),
    (Investment.Kind.NETWORK, "現場のタブレット4台と無線の工事", 390_000),
    (Investment.Kind.SERVICE, "在庫管理の仕組みづくりの委託", 850_000),
    (Investment.Kind.TRAINING, "図面管理の研修（3人）", 180_000),
)
FUNDERS = ("中小企業庁 IT導入補助金", "東京都中小企業振興公社 DX推進助成金")
# What leaders say, by months after: some firms hold them back, and some go back to the old way.
USED = {
    3: (Choice.USING, Choice.SOON, Choice.SOON, Choice.HALTED),
    6: (Choice.USING, Choice.USING, Choice.SOON, Choice.HALTED, Choice.UNUSED),
    12: (Choice.USING, Choice.USING, Choice.USING, Choice.HALTED, Choice.UNUSED),
}
WAITING = 2
RETURNED = "請求書の日付が読めません。日付の入った注文書か契約書を付けてください。"


@dataclass
class Past:
    """Rows of the past, inserted together at the end."""

    surveys: list[Survey] = field(default_factory=list)
    mails: list[SurveyMail] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)
    investments: list[Investment] = field(default_factory=list)


@dataclass(frozen=True)
class _Met:
    """What a survey meets: the firm's investment (the Dojo's), the day, and who would call."""

    invested_on: dt.date | None
    today: dt.date
    caller: int | None


def load(today: dt.date) -> int:
    """Surveys of every graduate and reports of some; returns how many surveys. As the system."""
    past = Past()
    for code in Course.Code:
        _follow_up(past, code, today)
    _wait(past)
    _insert(past)
    with override("ja"):
        _live()
    return Survey.objects.count()


def _follow_up(past: Past, code: str, today: dt.date) -> None:
    """Everybody who has graduated from a course; each course by lots of its own."""
    rng = random.Random(SEED + LOTS[code])  # noqa: S311 (invented data)
    rows = Graduation.objects.filter(course_code=code, status=course_states.CONFIRMED)
    callers = _callers()
    paper = _paper()
    for graduation in rows.filter(surveys=None).select_related("enrolment__cohort").order_by("pk"):
        day = _invested_on(rng, graduation, today) if code == Course.Code.DOJO else None
        if day is not None:
            past.investments.append(_investment(rng, past, graduation, day, today, paper))
        assert graduation.confirmed_on is not None
        caller = callers.get(graduation.enrolment.cohort.ward_id)
        for planned in rules.plan(graduation.confirmed_on):
            _go_through(rng, past, graduation, planned, _Met(day, today, caller))


def _invested_on(rng: random.Random, graduation: Graduation, today: dt.date) -> dt.date | None:
    """The day of the graduate's investment, if it has come."""
    assert graduation.confirmed_on is not None
    if rng.random() >= INVESTING + GRANTED:
        return None
    day = graduation.confirmed_on + dt.timedelta(days=rng.randint(20, 340))
    return day if day <= today - dt.timedelta(days=10) else None


def _investment(
    rng: random.Random,
    past: Past,
    graduation: Graduation,
    day: dt.date,
    today: dt.date,
    paper: bytes,
) -> Investment:
    """Accepted, as the ward left it; the newest ones still wait."""
    kind, what, yen = rng.choice(WHAT)
    is_granted = rng.random() < GRANTED / (INVESTING + GRANTED)
    reported = clock.midnight(day + dt.timedelta(days=rng.randint(2, 9))) + dt.timedelta(hours=10)
    waits = clock.to_date(reported) > today - dt.timedelta(days=21)
    decided = None if waits else reported + dt.timedelta(days=3, hours=4)
    stored = _file(graduation, paper, reported)
    past.files.append(stored)
    return Investment(
        graduation=graduation,
        ward_id=graduation.ward_id,
        firm_id=graduation.firm_id,
        firm_name=graduation.enrolment.firm_name,
        source=Investment.Source.GRANT if is_granted else Investment.Source.OWN,
        funder=rng.choice(FUNDERS) if is_granted else "",
        kind=kind,
        what=what,
        invested_on=day,
        amount_yen=yen + 1_000 * rng.randint(0, 90),
        evidence=stored,
        status=states.REPORTED if waits else states.ACCEPTED,
        reported_by_id=graduation.person_id,
        reported_at=reported,
        decided_at=decided,
    )


def _go_through(
    rng: random.Random, past: Past, graduation: Graduation, planned: rules.Planned, met: _Met
) -> None:
    """As far as the survey has come by today: asked, reminded, answered, called, closed."""
    lot = rng.random()
    if planned.due_on > met.today:
        past.surveys.append(survey_of(graduation, planned))
        return
    days = rng.randint(1, 25) if lot < ANSWERING else rng.randint(32, 50)
    on = planned.due_on + dt.timedelta(days=days)
    by_phone = lot >= ANSWERING and met.caller is not None
    replies = lot < ANSWERING + CALLED and on <= met.today
    reminders = rules.reminders_due(planned.due_on, min(met.today, on) if replies else met.today)
    if not replies:
        status = states.CLOSED if met.today > planned.closes_on else states.OPEN
        survey = survey_of(graduation, planned, status=status, reminders=reminders)
    else:
        at = clock.midnight(on) + dt.timedelta(hours=rng.randint(8, 19))
        if graduation.course_code == Course.Code.LEADER:
            choice = rng.choice(USED[planned.months])
        else:
            choice = _choice(rng, planned, met.invested_on, on)
        answer = {"choice": choice, "answered_at": at}
        survey = survey_of(
            graduation, planned, status=states.ANSWERED, reminders=reminders, **answer
        )
        past.replies.append(_reply(survey, on, met.caller if by_phone else None))
    past.surveys.append(survey)
    past.mails += [_mail(survey, number) for number in range(reminders + 1)]


def _reply(survey: Survey, on: dt.date, caller: int | None) -> Reply:
    """By the link, or as the caller heard it."""
    heard = {"said_by": survey.person_name, "said_on": on, "written_by_id": caller}
    return Reply(
        survey=survey,
        choice=survey.choice,
        way=Reply.Way.PHONE if caller else Reply.Way.LINK,
        written_at=survey.answered_at,
        **(heard if caller else {}),
    )


def _choice(
    rng: random.Random, planned: rules.Planned, invested_on: dt.date | None, answered: dt.date
) -> str:
    if invested_on is not None and invested_on <= answered:
        return Choice.INVESTED
    if invested_on is not None or planned.months == rules.MONTHS[-1]:
        return rng.choice((Choice.STARTED, Choice.CONSIDERING))
    return rng.choice((Choice.CONSIDERING, Choice.CONSIDERING, Choice.NONE))


def _mail(survey: Survey, number: int) -> SurveyMail:
    day = survey.due_on
    if number:
        day += dt.timedelta(days=rules.REMIND_DAYS[number - 1])
    at = clock.midnight(day) + dt.timedelta(hours=8, minutes=10)
    row = SurveyMail(
        survey=survey,
        number=number,
        expires_on=survey.closes_on,
        queued_at=at,
        outcome=SurveyMail.Outcome.SENT,
        settled_at=at + dt.timedelta(minutes=1),
    )
    row.digest = links.digest_of(links.secret_of(row))
    return row


def _paper() -> bytes:
    """A photograph of an order form, the same for all: a sheet with lines and a seal."""
    image = Image.new("RGB", (600, 800), "#8a7f70")
    draw = ImageDraw.Draw(image)
    draw.rectangle((50, 40, 550, 760), fill="#fbfaf6", outline="#c9c4b8", width=3)
    draw.rectangle((180, 80, 420, 110), fill="#3b4650")
    for row in range(12):
        draw.line((90, 180 + row * 42, 510, 180 + row * 42), fill="#7d8790", width=2)
    draw.ellipse((430, 120, 500, 190), outline="#c0392b", width=5)
    stream = BytesIO()
    image.save(stream, "JPEG", quality=70)
    return stream.getvalue()


def _file(graduation: Graduation, content: bytes, at: dt.datetime) -> StoredFile:
    key = storage.new_key(storage.CLEAN)
    size, digest = storage.write(BytesIO(content), key, limit=len(content))
    return StoredFile(
        ward_id=graduation.ward_id,
        firm_id=graduation.firm_id,
        owner_user_id=graduation.person_id,
        purpose=PURPOSE,
        original_name="注文書.jpg",
        extension="jpg",
        content_type="image/jpeg",
        size=size,
        sha256=digest,
        state=StoredFile.State.CLEAN,
        checked_at=at,
        created_at=at,
        storage_key=key,
    )


def _callers() -> dict[int, int]:
    """Ward → an official who keeps rosters."""
    rows = Assignment.objects.filter(role=Role.REVIEWER).order_by("-pk")
    return dict(rows.values_list("ward_id", "user_id"))


def _insert(past: Past) -> None:
    """All rows of the past, table by table."""
    Survey.objects.bulk_create(past.surveys)
    SurveyMail.objects.bulk_create(past.mails)
    Reply.objects.bulk_create(past.replies)
    StoredFile.objects.bulk_create(past.files)
    Investment.objects.bulk_create(past.investments)


def _wait(past: Past) -> None:
    """The ward's newest reports still wait for its word."""
    own = [row for row in past.investments if row.ward_id == SUMIDA]
    for row in sorted(own, key=lambda row: row.reported_at)[-WAITING:]:
        place = past.investments.index(row)
        past.investments[place] = _changed(row, status=states.REPORTED, decided_at=None)


def _changed(row: Investment, **changes: Any) -> Investment:
    """The same report as it would have been made otherwise."""
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return Investment(**{**fields, **changes})


def _live() -> None:
    """In 墨田区: of the reports that wait, one comes back to the firm."""
    user = User.objects.get(email=BY_KEY["reviewer"].email)
    actor = Actor(user.pk, user.name, Hat.WARD, frozenset({Role.REVIEWER}), ward_id=SUMIDA)
    rows = Investment.objects.filter(ward_id=SUMIDA, status=states.REPORTED)
    waiting = rows.order_by("reported_at", "pk").first()
    if waiting is not None:
        with acting(actor):
            services.investment_return(actor=actor, investment_id=waiting.pk, reason=RETURNED)
