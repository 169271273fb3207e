"""A diagnosis tried without signing in: one at a time, in the visitor's session, no row of ours.

It outlives signing in and registering a firm; the firm then takes it over with one button, or it goes
with the session.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from portal.kernel import clock
from programs.diagnosis.instruments import ORDER
from programs.diagnosis.models import Diagnosis, Questionnaire
from programs.diagnosis.rules import path
from programs.diagnosis.rules.carrying import carried
from programs.diagnosis.rules.definition import Definition, built
from programs.diagnosis.selectors.versions import newest
from programs.diagnosis.services.results import result_of

KEY = "diagnosis.try"


@dataclass(frozen=True, slots=True)
class Trial:
    """What was answered so far under the questions in force; `changed` names answers that no longer fit."""

    instrument: str
    version: Questionnaire
    sheet: Definition
    answers: dict[str, Any]
    is_changed: bool = False
    changed: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether a result follows."""
        return not path.problems(self.sheet, self.answers)


def begin(request: HttpRequest, instrument: str) -> None:
    """Start anew, or go on with the same."""
    found = request.session.get(KEY)
    if not isinstance(found, Mapping) or found.get("instrument") != instrument:
        _put(request, instrument, newest(instrument).pk, {})


def is_there(request: HttpRequest) -> bool:
    """Whether anything was tried in this browser; asks the session alone."""
    return KEY in request.session


def current(request: HttpRequest) -> Trial | None:
    """The one that is being tried. Where the questions changed meanwhile, what fits stays."""
    found = request.session.get(KEY)
    if not isinstance(found, Mapping) or found.get("instrument") not in ORDER:
        return None
    instrument, answers = found["instrument"], dict(found["answers"])
    version = newest(instrument)
    sheet = built(version.definition)
    if found["version"] == version.pk:
        return Trial(instrument, version, sheet, answers)
    old = built(Questionnaire.objects.get(pk=found["version"]).definition)
    moved = carried(answers, old, sheet)
    _put(request, instrument, version.pk, moved.kept)
    names = [str(one.words) for code in moved.aside if (one := old.question(code))]
    return Trial(instrument, version, sheet, moved.kept, is_changed=True, changed=tuple(names))


def keep_answers(request: HttpRequest, trial: Trial, answers: Mapping[str, Any]) -> Trial:
    """Keep the answers of a page."""
    both = {**trial.answers, **answers}
    _put(request, trial.instrument, trial.version.pk, both)
    return Trial(trial.instrument, trial.version, trial.sheet, both)


def forget(request: HttpRequest) -> None:
    """Nothing is left."""
    request.session.pop(KEY, None)


def as_row(trial: Trial) -> Diagnosis:
    """The result as a firm's would be, never saved: without a firm there is nobody to compare with."""
    result = result_of(trial.sheet, trial.answers)
    return Diagnosis(
        instrument=trial.instrument,
        questionnaire=trial.version,
        answers=trial.answers,
        result=result,
        score=result["total"],
        finished_at=clock.now(),
    )


def _put(request: HttpRequest, instrument: str, version: int, answers: dict[str, Any]) -> None:
    request.session[KEY] = {"instrument": instrument, "version": version, "answers": answers}
