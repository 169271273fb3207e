"""Pieces of the screens that know about accounts: `{% load accounts %}`."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import ngettext

from portal.accounts import demo, selectors
from portal.kernel import clock

register = template.Library()


@register.simple_tag(takes_context=True)
def demo_people(context: dict[str, Any]) -> Sequence[demo.DemoPerson]:
    """`{% demo_people as people %}`: who may be entered with one click; nobody outside the demo."""
    return demo.PEOPLE if demo.is_open(context["request"]) else ()


@register.simple_tag
def role_days() -> int:
    """After how many days a role must be confirmed anew."""
    return settings.ROLE_CONFIRMATION_DAYS


@register.simple_tag(takes_context=True)
def session_limits(context: dict[str, Any]) -> dict[str, Any]:
    """What the page says of the session's end, and what static/session.js counts down (seconds)."""
    left = context["request"].session_left
    return {
        "idle": left.idle,
        "all": left.in_all,
        "warn": settings.SESSION_WARNING_SECONDS,
        "idle_words": _span(left.limit),
        "all_words": _span(settings.SESSION_ABSOLUTE_SECONDS),
    }


def _span(seconds: int) -> str:
    """「15分」「12時間」: in whole hours where it comes out even, else in minutes."""
    hours, rest = divmod(seconds, 3600)
    if hours and not rest:
        return ngettext("%(count)d時間", "%(count)d時間", hours) % {"count": hours}
    minutes = seconds // 60
    return ngettext("%(count)d分", "%(count)d分", minutes) % {"count": minutes}


@register.inclusion_tag("accounts/_asleep.html", takes_context=True)
def asleep_roles(context: dict[str, Any]) -> dict[str, Any]:
    """Which of the person's roles sleep, and whom to ask; nothing when none does. Two queries."""
    found = selectors.own_due(context["request"].actor.user_id, clock.today())
    return {"asleep": [item for item in found if item.row.is_asleep]}
