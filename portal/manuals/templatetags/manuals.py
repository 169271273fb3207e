"""The way from a screen to its help: `{% load manuals %}`."""

from typing import Any

from django import template

from portal.manuals.policies import may_read
from portal.manuals.reading import entries

register = template.Library()


@register.simple_tag(takes_context=True)
def help_screen(context: dict[str, Any]) -> str:
    """This screen's name, or "" where it has no help or the reader may not read it."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    entry = entries().get(match.view_name) if match else None
    if entry is None or not may_read(context["chrome"].actor, entry):
        return ""
    return match.view_name
