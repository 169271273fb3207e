"""The one question that 1-KSI rests on, and what a new version of the questionnaire must keep of it."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.kernel.texts import filled
from programs.diagnosis.rules.definition import BARRIERS, ONE, Definition
from programs.diagnosis.rules.path import Answers

STATE = "state"
DONE, CONSIDERING, NONE, UNKNOWN = "done", "considering", "none", "unknown"
# Option of the question → how 1-KSI reads it (kpi.rules.survey_share).
READ = {DONE: DONE, CONSIDERING: CONSIDERING, "need": NONE, NONE: NONE, UNKNOWN: UNKNOWN}


def state_of(answers: Answers) -> str:
    """How 1-KSI reads the answers; what is not answered is unknown, never a no."""
    return READ.get(str(answers.get(STATE, "")), UNKNOWN)


def problems(sheet: Definition) -> list[Any]:
    """What speaks against a version: without the same question waves could not be compared."""
    return list(_problems(sheet))


def _problems(sheet: Definition) -> Iterator[Any]:
    question = sheet.question(STATE)
    if question is None or question.kind != ONE or not question.required:
        yield filled(
            _(
                "設問「%(code)s」は、必ず答える1つ選択の設問のまま残してください（1-KSIの設問です）。"
            ),
            code=STATE,
        )
    elif {option.code for option in question.options} != set(READ):
        yield filled(
            _("設問「%(code)s」の選択肢の記号は、%(codes)sのまま残してください。"),
            code=STATE,
            codes=", ".join(READ),
        )
    elif question not in sheet.pages[0].questions:
        yield filled(
            _("設問「%(code)s」は、誰もが答えるように最初の画面に置いてください。"), code=STATE
        )
    if sheet.result != BARRIERS:
        yield filled(_("結果の種類は「%(kind)s」のままにしてください。"), kind=BARRIERS)
