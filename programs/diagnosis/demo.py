"""The demonstration's diagnoses: hundreds of firms, one to three times over three years, by the real rules.

Past ones are inserted in bulk with the results that the services would have kept. The one-click owner's
newest ones, a draft and the consents go through the services.
"""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import Any

from portal.accounts.demo import BY_KEY
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import audit
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.diagnosis import services, states
from programs.diagnosis.forms import CONSENT
from programs.diagnosis.instruments import (
    ADOPTION,
    BUSINESS,
    HEARING,
    PHASE,
    PRODUCTIVITY,
    SECURITY,
    SINS,
)
from programs.diagnosis.models import Audience, Diagnosis
from programs.diagnosis.risks import risks
from programs.diagnosis.rules.definition import COUNT, MANY, ONE, TEXT, Definition, Question
from programs.diagnosis.rules.path import walk
from programs.diagnosis.selectors.versions import in_force, newest
from programs.diagnosis.services.results import result_of
from programs.models import Firm, FirmMembership, Site

SEED = 47
# How likely a firm has used an instrument at all.
_SHARES = {PHASE: 0.72, SINS: 0.4, SECURITY: 0.36, HEARING: 0.34, BUSINESS: 0.3, ADOPTION: 0.24}
_YEARS = 3
_OWNER = ((PHASE, 0.42), (HEARING, 0.3), (SECURITY, 0.5), (BUSINESS, 0.35))


def load(*, firms: Sequence[Firm], now: dt.datetime) -> int:
    """All of them; needs `acting(Actor.system(…))`. Returns how many diagnoses there are."""
    rng = random.Random(SEED)  # noqa: S311 (invented data)
    sheets, versions = in_force(), {code: newest(code) for code in (*_SHARES, PRODUCTIVITY)}
    owners = dict(
        FirmMembership.objects.filter(valid_to=None, role=Role.FIRM_OWNER)
        .order_by("-pk")
        .values_list("firm_id", "user_id")
    )
    names = dict(User.objects.filter(pk__in=owners.values()).values_list("pk", "name"))
    wards = dict(
        Site.objects.filter(closed_on=None).order_by("-pk").values_list("firm_id", "ward_id")
    )
    rows = []
    for firm in firms:
        person, ward = owners.get(firm.pk), wards.get(firm.pk)
        if person is None or ward is None:
            continue
        for instrument, days, grown in _times(rng):
            sheet = sheets[instrument]
            answers = _answers(rng, sheet, grown)
            result = result_of(sheet, answers)
            at = now - dt.timedelta(days=days, minutes=rng.randrange(600))
            rows.append(
                Diagnosis(
                    ward_id=ward,
                    firm=firm,
                    firm_name=firm.name,
                    person_id=person,
                    person_name=names[person],
                    instrument=instrument,
                    questionnaire=versions[instrument],
                    status=states.DONE,
                    answers=answers,
                    result=result,
                    score=result["total"],
                    size=firm.size_model,
                    jsic=firm.jsic,
                    ticks=_ticks(rng, grown) if sheet.has_risks else [],
                    started_at=at - dt.timedelta(minutes=9),
                    changed_at=at,
                    finished_at=at,
                )
            )
    Diagnosis.objects.bulk_create(rows)
    _owner(rng, sheets)
    audit.record(
        actor=Actor.system("load_demo"), action="diagnosis.demo_loaded", detail={"rows": len(rows)}
    )
    return Diagnosis.objects.count()


def _times(rng: random.Random) -> Iterator[tuple[str, int, float]]:
    """(instrument, days ago, how far the firm had come): one to three times each, better as time goes."""
    base = rng.betavariate(2.2, 3.2)
    for instrument, share in _SHARES.items():
        if rng.random() > share:
            continue
        times = rng.choices((1, 2, 3), (5, 3, 2))[0]
        for time in range(times):
            days = (times - 1 - time) * 330 + rng.randrange(20, 360)
            if days < _YEARS * 365:
                yield instrument, days, min(0.97, max(0.03, base + 0.13 * time))


def _answers(rng: random.Random, sheet: Definition, grown: float) -> dict[str, Any]:
    """Every question on the way, answered like a firm that has come so far."""
    answers = {question.code: _answer(rng, question, grown) for question in sheet.questions()}
    asked = {question.code for page in walk(sheet, answers) for question in page.questions}
    return {code: given for code, given in answers.items() if code in asked}


def _answer(rng: random.Random, question: Question, grown: float) -> Any:
    codes = [option.code for option in question.options]
    if question.kind == MANY:
        return rng.sample(codes, rng.randint(1, min(3, len(codes))))
    if question.kind == ONE:
        if not question.axis:
            return rng.choice(codes)
        place = rng.gauss(grown, 0.22) * len(codes)
        return codes[min(len(codes) - 1, max(0, int(place)))]
    if question.kind == TEXT:
        return ""
    return str(rng.choice((8, 12, 20, 30, 45, 60))) if question.kind == COUNT else "2,500"


def _ticks(rng: random.Random, grown: float) -> list[str]:
    return [one.code for risk in risks() for one in risk.measures if rng.random() < grown]


def _owner(rng: random.Random, sheets: dict[str, Definition]) -> None:
    """What the one-click owner has done lately: four results, one shared with each audience, a draft."""
    user = User.objects.get(email=BY_KEY["owner"].email)
    firm_id = FirmMembership.objects.get(user=user, valid_to=None).firm_id
    actor = Actor(user.pk, user.name, Hat.FIRM, frozenset({Role.FIRM_OWNER}), firm_id=firm_id)
    with acting(actor):
        for instrument, grown in _OWNER:
            row = services.diagnosis_start(actor=actor, instrument=instrument)
            sheet = sheets[instrument]
            answers = _answers(rng, sheet, grown)
            for page in walk(sheet, answers):
                services.page_save(
                    actor=actor, diagnosis_id=row.pk, page=page.code, typed=answers, revision=None
                )
            row = services.diagnosis_finish(actor=actor, diagnosis_id=row.pk)
            for audience in Audience.values if instrument == PHASE else ():
                services.consent_give(
                    actor=actor,
                    diagnosis_id=row.pk,
                    audience=audience,
                    ward_id=row.ward_id,
                    agreed=True,
                    text=str(CONSENT),
                )
        row = services.diagnosis_start(actor=actor, instrument=PRODUCTIVITY)
        services.page_save(
            actor=actor,
            diagnosis_id=row.pk,
            page="accounts",
            typed={"sales": "184,000,000", "profit": "6,200,000", "labour": "58,000,000"},
            revision=None,
        )
