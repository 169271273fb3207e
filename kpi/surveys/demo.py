"""The demonstration's ward surveys: one two years ago, one last year, one that is answered now.

What lies in the past is written in bulk as the services would have left it; answers come by fixed chance,
with more of them positive from year to year. One ward answers thrice, one not at all.
"""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import override

from kpi.models import Fact
from kpi.surveys import links, services, states
from kpi.surveys.instruments import CODE, brought
from kpi.surveys.models import Asked, Mail, Place, Response, Stratum, Wave
from kpi.surveys.rules import days, sampling
from kpi.surveys.rules.questions import UNKNOWN, state_of
from kpi.surveys.services.figures import RESPONSE, TABLE, figures_write
from portal.accounts.demo import BY_KEY
from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.kernel import clock
from programs.diagnosis.rules import path
from programs.diagnosis.rules.definition import MANY, ONE, Definition, Question, built
from programs.diagnosis.rules.scoring import scored
from programs.diagnosis.selectors.versions import newest
from programs.models import Firm
from programs.selectors import ward_names

SEED = 4_253
# Ward → how much more (or less) of its firms are under way than elsewhere, in points.
AHEAD = {13107: 8, 13111: 10, 13118: -6, 13121: -9, 13122: -4}
# 千代田区 answers three times a wave, 中央区 never.
THREE, NONE = 13101, 13102
# Of 100 firms: done, considering, need, none, unknown, from wave to wave.
SAID = ((17, 22, 31, 22, 8), (20, 25, 29, 19, 7), (24, 27, 26, 17, 6))
RATES = (0.40, 0.46, 0.24)
LINKED, BY_PAPER, OUTSIDE = 0.35, 0.2, 0.015
LASTING, BEGUN_AGO = 42, 16
STATES = ("done", "considering", "need", "none", "unknown")


@dataclass
class _Rows:
    """Rows of one wave, inserted together."""

    asked: list[Asked] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)


def load(*, firms: Sequence[Firm], now: dt.datetime, scale: float) -> str:
    """Three waves of all wards; returns the line for the loader. As the system."""
    today = clock.to_date(now)
    sheet = built(brought())
    starts = [
        _years_before(today, 2),
        _years_before(today, 1),
        today - dt.timedelta(days=BEGUN_AGO),
    ]
    wards = sorted(ward_names())
    frame = services.frame(wards)
    with override("ja"):
        for number, start in enumerate(starts):
            _wave(number, start, wards, frame, sheet, today)
    return f"実態調査 {len(starts)}回、回答 {Response.objects.count():,}件"


def _wave(
    number: int,
    start: dt.date,
    wards: list[int],
    frame: list[tuple[sampling.Member, Firm]],
    sheet: Definition,
    today: dt.date,
) -> None:
    """One wave as it stands today."""
    rng = random.Random(SEED + number)  # noqa: S311 (invented data)
    end = start + dt.timedelta(days=LASTING)
    over = end < today
    wave = Wave.objects.create(
        name=f"{clock.wareki_fiscal_year(clock.fiscal_year(start))} 町工場デジタル化実態調査",
        questionnaire=newest(CODE),
        starts_on=start,
        ends_on=end,
        planned_by=_policy(),
        planned_at=clock.midnight(start - dt.timedelta(days=20)),
        opened_at=clock.midnight(start) + dt.timedelta(hours=9),
        status=states.CLOSED if over else states.OPEN,
        closed_at=clock.midnight(end + dt.timedelta(days=1)) + dt.timedelta(hours=7)
        if over
        else None,
    )
    Place.objects.bulk_create(Place(wave=wave, ward_id=ward) for ward in wards)
    Stratum.objects.bulk_create(
        Stratum(
            wave=wave,
            ward_id=stratum.ward_id,
            size=stratum.size,
            jsic=stratum.jsic,
            population=len(found),
            sampled=len(found),
        )
        for stratum, found in sampling.strata(member for member, _firm in frame).items()
    )
    rows, answered, writers = _Rows(), dict.fromkeys(wards, 0), _writers()
    for member, firm in frame:
        row = _asked(rng, wave, member, firm, today)
        rows.asked.append(row)
        ward = row.ward_id
        comes = ward != NONE and (ward != THREE or answered[ward] < 3)
        rate = 1.0 if ward == THREE else RATES[number] * (1.25 if member.stratum.size != "D" else 1)
        if row.status != states.OUTSIDE and comes and rng.random() < rate:
            answered[ward] += 1
            rows.responses.append(_response(rng, row, number, sheet, today, writers))
        rows.mails += _mails(row, firm, today)
    _insert(rows)
    if over:
        figures_write(starts_on=start, today=today)


def _asked(
    rng: random.Random, wave: Wave, member: sampling.Member, firm: Firm, today: dt.date
) -> Asked:
    row = Asked(
        wave=wave,
        ward_id=member.stratum.ward_id,
        firm=firm,
        firm_name=firm.name,
        size=member.stratum.size,
        jsic=member.stratum.jsic,
        reminders=days.reminders_due(wave.starts_on, wave.ends_on, min(today, wave.ends_on - _DAY)),
    )
    row.digest = links.new_digest(row)
    if rng.random() < OUTSIDE:
        row.status, row.reason = states.OUTSIDE, "廃業（郵便が戻った）"
    return row


_DAY = dt.timedelta(days=1)


def _response(
    rng: random.Random,
    row: Asked,
    number: int,
    sheet: Definition,
    today: dt.date,
    writers: dict[int, int],
) -> Response:
    """What one firm answered, some by paper that an official typed in."""
    last = min(today, row.wave.ends_on)
    day = row.wave.starts_on + dt.timedelta(days=rng.randint(0, (last - row.wave.starts_on).days))
    answers = _answers(rng, sheet, _state(rng, row.ward_id, number))
    paper = rng.random() < BY_PAPER and row.ward_id in writers
    at = clock.midnight(day) + dt.timedelta(hours=rng.randint(8, 19), minutes=rng.randint(0, 59))
    # Nothing is of later than the load itself.
    at = min(at, clock.now())
    linked = rng.random() < LINKED
    row.status, row.answered_at, row.is_linked = states.ANSWERED, at, linked
    return Response(
        asked=row,
        ward_id=row.ward_id,
        firm_id=row.firm_id,
        questionnaire=row.wave.questionnaire,
        answers=answers,
        state=state_of(answers),
        barriers=list(scored(sheet, answers).barriers),
        is_linked=linked,
        consent=str(services.CONSENT) if linked else "",
        way=Response.Way.PAPER if paper else Response.Way.LINK,
        said_by="調査票の記入者" if paper else "",
        said_on=day,
        written_by_id=writers[row.ward_id] if paper else None,
        written_at=at,
    )


def _state(rng: random.Random, ward: int, number: int) -> str:
    ahead = AHEAD.get(ward, 0)
    done, considering, *rest = SAID[number]
    weights = [done + ahead / 2, considering + ahead / 2, *rest]
    return rng.choices(STATES, weights)[0]


def _answers(rng: random.Random, sheet: Definition, state: str) -> dict[str, Any]:
    """Answers page by page on the way that they lead."""
    answers: dict[str, Any] = {"state": state}
    while True:
        way = path.walk(sheet, answers)
        open_ = [one for page in way for one in page.questions if one.code not in answers]
        if not open_:
            return {code: value for code, value in answers.items() if value not in ("", [])}
        for question in open_:
            answers[question.code] = _answer(rng, question)


def _answer(rng: random.Random, question: Question) -> Any:
    codes = [option.code for option in question.options]
    if question.kind == ONE:
        return rng.choice(codes) if question.required or rng.random() < 0.8 else ""
    if question.kind == MANY:
        least = 1 if question.required else 0
        return sorted(rng.sample(codes, min(len(codes), rng.randint(least, 3))))
    return ""


def _mails(row: Asked, firm: Firm, today: dt.date) -> list[Mail]:
    """The first mail and its reminders, as far as they have left."""
    if not firm.email:
        return []
    first, found = row.wave.starts_on, []
    for number, after in enumerate((0, *days.REMIND_DAYS)):
        day = first + dt.timedelta(days=after)
        if day > today or (row.answered_at and number and clock.to_date(row.answered_at) < day):
            break
        found.append(
            Mail(
                asked=row,
                number=number,
                queued_at=clock.midnight(day),
                outcome=Mail.Outcome.SENT,
                settled_at=clock.midnight(day) + dt.timedelta(hours=9),
            )
        )
    return found


def _insert(rows: _Rows) -> None:
    Asked.objects.bulk_create(rows.asked, batch_size=1000)
    made = Response.objects.bulk_create(rows.responses, batch_size=500)
    Mail.objects.bulk_create(rows.mails, batch_size=1000)
    Fact.objects.bulk_create(
        Fact(
            event_type=RESPONSE,
            event_key=f"{row.firm_id}:{row.asked.wave_id}",
            ward_id=row.ward_id,
            firm_id=row.firm_id,
            part=row.state,
            occurred_on=row.said_on,
            recorded_at=row.written_at,
            source_table=TABLE,
            source_pk=str(row.pk),
            source_rev="said",
        )
        for row in made
        if row.state != UNKNOWN
    )


def _policy() -> User:
    return User.objects.get(email=BY_KEY["policy"].email)


def _writers() -> dict[int, int]:
    """Ward → an official who types papers in."""
    rows = Assignment.objects.filter(role=Role.REVIEWER, ward_id__isnull=False, valid_to=None)
    return dict(rows.order_by("-pk").values_list("ward_id", "user_id"))


def _years_before(day: dt.date, years: int) -> dt.date:
    """The first Monday of October so many fiscal years back: waves of the past lie in the same season."""
    first = dt.date(clock.fiscal_year(day) - years, 10, 1)
    return first + dt.timedelta(days=-first.weekday() % 7)
