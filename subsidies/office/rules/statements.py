"""A statement of the rules, and the terms under which it holds. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from subsidies.office.rules.names import CLASSES, OPERATORS
from subsidies.rules.scheme import (
    Condition,
    Criterion,
    Document,
    Question,
    SchemeRules,
    Task,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One statement of the rules."""

    group: str
    key: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A statement in two versions; "" where a version does not make it.

    Where its label has changed (a question put otherwise), both texts begin with it.
    """

    group: str
    label: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after


def joined(parts: Iterable[Any]) -> str:
    """What is not empty, with the list comma."""
    return _("、").join(str(part) for part in parts if part)


def stacked(parts: Iterable[Any]) -> str:
    """What is not empty, each on a line of its own."""
    return "\n".join(str(part) for part in parts if part)


def labels(choices: Iterable[tuple[str, str]]) -> str:
    """選択肢：A / B."""
    names = " / ".join(label for _code, label in choices)
    return _("選択肢：%(names)s") % {"names": names} if names else ""


def condition(rules: SchemeRules, when: Condition) -> str:
    """「クラウドを使いますか」が「はい」のとき."""
    asked: Question | Criterion | None = rules.question(when.asked) or rules.criterion(when.asked)
    name = when.asked
    if asked is not None:
        name = asked.label if isinstance(asked, Question) else asked.question
    return _("「%(name)s」が%(value)sのとき") % {"name": name, "value": _test(when, asked)}


def _test(when: Condition, asked: Question | Criterion | None) -> str:
    if when.operator == "is_true":
        return _("「はい」")
    if when.operator == "is_false":
        return _("「いいえ」")
    if when.operator == "one_of":
        names = dict(asked.choices) if asked else {}
        return _("「%(value)s」") % {
            "value": " / ".join(str(names.get(code, code)) for code in when.value or ())
        }
    return compared(str(when.value), when.operator)


def compared(value: str, operator: str) -> str:
    """20人以下; English puts the words before the value."""
    words = OPERATORS.get(operator, operator)
    return _("%(value)s%(operator)s") % {"value": value, "operator": words}


def with_terms(rules: SchemeRules, item: Task | Question | Document, text: str) -> str:
    """The text with the condition, and with the applicants of whom it is not asked."""
    when = condition(rules, item.when) if item.when else ""
    spared = [_("%(who)sには求めない") % {"who": CLASSES.get(name, name)} for name in item.not_for]
    return joined([text, when, *spared])
