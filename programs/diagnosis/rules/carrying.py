"""Answers to one version under another: what fits stays, what does not is set aside, nothing is lost.

A question that asks something else gets another code; the same code with other words is the same
question.
"""

from dataclasses import dataclass
from typing import Any

from programs.diagnosis.rules.definition import MANY, ONE, Definition, Question
from programs.diagnosis.rules.path import Answers


@dataclass(frozen=True, slots=True)
class Carried:
    """`kept` fits the new version; `aside` does not (question code → what was answered)."""

    kept: dict[str, Any]
    aside: dict[str, Any]


def carried(answers: Answers, old: Definition, new: Definition) -> Carried:
    """The answers as they stand under `new`."""
    kept: dict[str, Any] = {}
    aside: dict[str, Any] = {}
    for code, given in answers.items():
        if given in ("", []):
            continue
        fits = _fits(given, old.question(code), new.question(code))
        (kept if fits else aside)[code] = given
    return Carried(kept, aside)


def _fits(given: Any, before: Question | None, now: Question | None) -> bool:
    if now is None or (before is not None and before.kind != now.kind):
        return False
    if now.kind == MANY:
        return isinstance(given, list) and all(now.option(str(code)) for code in given)
    if now.kind == ONE:
        return isinstance(given, str) and now.option(given) is not None
    return isinstance(given, str)
