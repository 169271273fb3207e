"""Small words of the subsidies' pages, in both languages (`{% load subsidies %}`)."""

import datetime as dt
from fractions import Fraction

from django import template
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from portal.kernel import clock
from portal.kernel.money import format_rate
from programs.models import Ward
from subsidies.answers import shown
from subsidies.models import Scheme
from subsidies.rules.eligibility import Judged

register = template.Library()


@register.filter
def rate(value: Fraction) -> str:
    """3/4 → 「4分の3」; 3/4 in English."""
    return f"{value.numerator}/{value.denominator}" if _english() else format_rate(value)


@register.simple_tag
def rate_text(value: str) -> str:
    """The same from the rules' JSON."""
    return rate(Fraction(value))


@register.simple_tag
def ward_name(ward: Ward) -> str:
    return ward.name_en if _english() else ward.name


@register.simple_tag
def scheme_name(scheme: Scheme) -> str:
    return (_english() and scheme.name_en) or scheme.name


@register.simple_tag
def moment(value: dt.datetime) -> str:
    """「2026年11月21日 17:00」."""
    return date_format(value.astimezone(clock.TOKYO), gettext("Y年n月j日 G:i"))


@register.simple_tag
def criterion_answer(judged: Judged) -> str:
    """An eligibility answer in words."""
    criterion = judged.criterion
    return shown(criterion.kind, judged.value, criterion.choices)


def _english() -> bool:
    return (get_language() or "").startswith("en")
