"""What the watch puts on other rooms' pages (`{% load watch %}`)."""

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse

from subsidies.models import Application
from subsidies.policies import is_office
from subsidies.watch import selectors, states
from subsidies.watch.words import summary

register = template.Library()


@register.inclusion_tag("watch/panel.html", takes_context=True)
def watch_panel(context: Context, application: Application) -> dict[str, Any]:
    """「気になる点」 of one application, for officials and auditors; one query.

    Which ward another case belongs to is told on the finding's own page, where looking is recorded.
    """
    actor = context["request"].actor
    found = selectors.of_application(actor, application.pk)
    return {
        "rows": [
            {
                "row": row,
                "url": reverse("watch:finding", args=[row.pk]),
                "summary": summary(row),
                "state": states.FINDING.state(row.status),
            }
            for row in found
        ],
        "waiting": sum(row.status in states.WAITING for row in found),
        "is_office": is_office(actor),
    }
