"""`{% demo_people as people %}`: who may be entered with one click; nobody outside the demo."""

from collections.abc import Sequence
from typing import Any

from django import template

from portal.accounts import demo

register = template.Library()


@register.simple_tag(takes_context=True)
def demo_people(context: dict[str, Any]) -> Sequence[demo.DemoPerson]:
    return demo.PEOPLE if demo.is_open(context["request"]) else ()
