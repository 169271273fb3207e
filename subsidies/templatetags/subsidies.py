"""Small words of the subsidies' pages, in both languages (`{% load subsidies %}`)."""

from fractions import Fraction

from django import template

from portal.kernel.money import format_rate
from subsidies.answers import shown
from subsidies.rules.eligibility import Judged

register = template.Library()


@register.filter
def rate(value: Fraction | str) -> str:
    """3/4, also as the rules' JSON has it → 「4分の3」; 3/4 in English."""
    return format_rate(Fraction(value))


@register.simple_tag
def criterion_answer(judged: Judged) -> str:
    """An eligibility answer in words."""
    return shown(judged.criterion, judged.value)
