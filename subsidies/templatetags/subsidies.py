"""Small words of the subsidies' pages, in both languages (`{% load subsidies %}`)."""

from fractions import Fraction
from typing import Any

from django import template

from portal.kernel.money import format_rate
from subsidies import reading, selectors
from subsidies.answers import shown
from subsidies.contents import rules_of
from subsidies.models import Application, Decision
from subsidies.rules.eligibility import Judged
from subsidies.schemes.english import told

register = template.Library()


@register.filter
def rate(value: Fraction | str) -> str:
    """3/4, also as the rules' JSON has it → 「4分の3」; 3/4 in English."""
    return format_rate(Fraction(value))


@register.filter(name="scheme_label")
def scheme_in_words(name: str) -> str:
    """The scheme that a case names, in the language of the page."""
    return selectors.scheme_label(name)


@register.filter
def worded(text: Any) -> Any:
    """What a scheme says (one text, or a list of them) in the language of the page."""
    if not text or isinstance(text, str):
        return told(text or "")
    return [told(str(one)) for one in text]


@register.simple_tag
def criterion_answer(judged: Judged) -> str:
    """An eligibility answer in words."""
    return shown(judged.criterion, judged.value)


@register.simple_tag
def decided_calculation(application: Application, decision: Decision) -> Any:
    """The calculation that a decision froze, in the language of the page."""
    number = decision.conditions["submitted_version"]
    version = next(item for item in application.versions.all() if item.number == number)
    lines = version.payload["expenses"]
    return reading.in_words(decision.calculation, rules_of(application.version), lines)
