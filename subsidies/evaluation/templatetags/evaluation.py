"""The plan's evaluation and the record of who typed it, on the page of a case (`{% load evaluation %}`)."""

from typing import Any

from django import template
from django.template.context import Context

from subsidies.evaluation import selectors
from subsidies.models import Application
from subsidies.rules.scheme import SchemeRules

register = template.Library()


@register.inclusion_tag("evaluation/case.html", takes_context=True)
def plan_evaluation(
    context: Context, application: Application, rules: SchemeRules
) -> dict[str, Any]:
    """What officials and auditors read; in a fixed number of queries."""
    actor = context["request"].actor
    authors = selectors.authors(application, rules)
    return {
        "evaluations": selectors.evaluations(actor, application),
        "is_asked": bool(rules.portal_prerequisites),
        "authors": authors,
        "outsiders": sorted({row.name for row in authors if row.is_outsider}),
    }
