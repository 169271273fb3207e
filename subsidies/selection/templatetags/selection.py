"""What the selection puts on other rooms' pages (`{% load selection %}`)."""

from typing import Any

from django import template
from django.template.context import Context

from subsidies import states as application_states
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


@register.inclusion_tag("selection/marks.html", takes_context=True)
def selection_marks(context: Context, application: Application) -> dict[str, Any]:
    """注意 of one application for officials, wherever they decide on it; how to put one."""
    actor = context["request"].actor
    rows = policies.visible_marks(actor).filter(application=application, lifted_at=None)
    return {
        "marks": rows.select_related("made_by"),
        "application": application,
        "may_prepare": policies.may_prepare(actor),
        "may_mark": policies.may_prepare(actor) and application.status in application_states.OPEN,
    }
