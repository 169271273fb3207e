"""Pieces of the screens that know about accounts: `{% load accounts %}`."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.conf import settings

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


@register.inclusion_tag("accounts/_asleep.html", takes_context=True)
def asleep_roles(context: dict[str, Any]) -> dict[str, Any]:
    """Which of the person's roles sleep, and whom to ask; nothing when none does. Two queries."""
    found = selectors.own_due(context["request"].actor.user_id, clock.today())
    return {"asleep": [item for item in found if item.row.is_asleep]}
