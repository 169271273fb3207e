"""What the consultations put on other rooms' pages (`{% load consultations %}`)."""

from typing import Any

from django import template
from django.template.context import Context

from subsidies.consultations import policies, selectors
from subsidies.contents import rules_of
from subsidies.models import Application

register = template.Library()


@register.inclusion_tag("consultations/panel.html", takes_context=True)
def consultation_panel(context: Context, application: Application) -> dict[str, Any]:
    """相談記録 of the case: each thing to be done beforehand with its newest record; other talks."""
    actor = context["request"].actor
    rows = list(selectors.of_application(actor, application))
    needs = rules_of(application.version).prerequisites
    newest = {row.need: row for row in reversed(rows) if row.stands}
    codes = {need.code for need in needs}
    return {
        "needs": [(need, newest.get(need.code)) for need in needs],
        "others": [row for row in rows if row.need not in codes or not row.stands],
        "application": application,
        "may_record": policies.may_record(actor),
    }
