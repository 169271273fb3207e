"""Diagnoses in any state, through their services."""

from typing import Any

from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.diagnosis import services
from programs.diagnosis.models import Audience, Consent, Diagnosis
from programs.diagnosis.rules.definition import FIGURES, MANY, ONE, Definition, built
from programs.diagnosis.rules.path import walk


def all_answers(sheet: Definition, place: int) -> dict[str, Any]:
    """Every question answered by the option at `place` (counted from the end where negative)."""
    answers: dict[str, Any] = {}
    for question in sheet.questions():
        if question.kind in {ONE, MANY}:
            code = question.options[place].code
            answers[question.code] = [code] if question.kind == MANY else code
        else:
            answers[question.code] = "40" if question.kind in FIGURES else "日報を紙で書いている"
    return answers


def begin(owner: Actor, instrument: str = "phase") -> Diagnosis:
    """A draft without answers."""
    with acting(owner):
        return services.diagnosis_start(actor=owner, instrument=instrument)


def answer(owner: Actor, row: Diagnosis, answers: dict[str, Any]) -> Diagnosis:
    """Type the pages on the way."""
    sheet = built(row.questionnaire.definition)
    with acting(owner):
        for page in walk(sheet, answers):
            row = services.page_save(
                actor=owner, diagnosis_id=row.pk, page=page.code, typed=answers, revision=None
            ).row
    return row


def finished(owner: Actor, instrument: str = "phase", *, place: int = 0, **own: Any) -> Diagnosis:
    """One that is done; `own` are answers that differ."""
    row = begin(owner, instrument)
    answers = all_answers(built(row.questionnaire.definition), place) | own
    row = answer(owner, row, answers)
    with acting(owner):
        return services.diagnosis_finish(actor=owner, diagnosis_id=row.pk)


def share(owner: Actor, row: Diagnosis, audience: str = Audience.WARD, ward: int = 0) -> Consent:
    """The firm's consent."""
    with acting(owner):
        return services.consent_give(
            actor=owner,
            diagnosis_id=row.pk,
            audience=audience,
            ward_id=ward or row.ward_id,
            agreed=True,
            text="同意します。",
        )
