"""Filters of the cases' pages (`{% load cases %}`)."""

from django import template

register = template.Library()


@register.filter
def tenths(value: int) -> str:
    """43 → 4.3."""
    return f"{value // 10}.{value % 10}"


@register.filter
def permille(value: int) -> str:
    """437 → 0.437."""
    return f"{value // 1000}.{value % 1000:03}"


@register.filter
def percent(value: int) -> str:
    """437 thousandths → 43.7%."""
    return f"{value // 10}.{value % 10}%"
