"""Scores on pages."""

from fractions import Fraction
from typing import Any

from django import template

from subsidies.committee.forms import points_text

register = template.Library()


@register.filter
def points(value: Fraction) -> str:
    """An exact number of points, with at most two places."""
    return points_text(value)


@register.filter
def at(values: dict[str, Any], key: str) -> Any:
    """The value under a key that a variable names."""
    return values.get(key)
