"""What the selection puts on other rooms' pages (`{% load selection %}`)."""

from typing import Any

from django import template
from django.template.context import Context

from subsidies.models import Application
from subsidies.selection import policies, states

register = template.Library()


@register.inclusion_tag("selection/result_line.html", takes_context=True)
def selection_result(context: Context, application: Application) -> dict[str, Any]:
    """審査の結果 of one application in a line that leads to it; nothing before it is approved."""
    rows = policies.visible_choices(context["request"].actor)
    choice = rows.filter(application=application).first()
    return {
        "choice": choice,
        "state": states.CHOICE.state(choice.status) if choice else None,
        "application": application,
    }
