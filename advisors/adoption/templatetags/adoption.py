"""Small words of the room's pages (`{% load adoption %}`)."""

import datetime as dt
from fractions import Fraction

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from advisors import codes as advisors_codes
from advisors.adoption import codes, words
from advisors.adoption.models import Tool
from portal.kernel import clock
from portal.ui import markup

register = template.Library()


@register.filter
def light_tag(code: str) -> SafeString:
    """目標どおり: the words say what the colour repeats."""
    return markup.tag_html(str(codes.LIGHTS[code]), codes.TONES[code])


@register.filter
def light_word(code: str) -> str:
    return str(codes.LIGHTS[code])


@register.filter
def gap_tag(code: str) -> SafeString:
    """先週の記録なし, or nothing."""
    if not code:
        return SafeString("")
    return markup.tag_html(str(codes.GAPS[code]), "orange" if code == codes.LAST else "")


@register.filter
def rate(value: Fraction | None) -> str:
    """7/10 → 70%."""
    return "—" if value is None else words.percent(value)


@register.filter
def count(value: int | None) -> str:
    return "—" if value is None else f"{value:,}"


@register.filter
def told(value: int | None) -> str:
    """A count of the figures of wards, or that it is withheld."""
    return _("非公表") if value is None else f"{value:,}"


@register.filter
def week_words(week: dt.date) -> str:
    return words.week_words(week, clock.today())


@register.filter
def prepared(tool: Tool) -> str:
    return advisors_codes.words(codes.PREPARED, tool.prepared)


@register.filter
def persons(names: list[str]) -> str:
    return _("、").join(names)
