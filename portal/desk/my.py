"""マイページ of a firm: what to do next with dates, and where each application stands."""

import datetime as dt
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.accounts.access import hat_required
from portal.desk import standing
from portal.desk.turns import lab, subsidies, support
from portal.desk.turns.todo import SHOWN, waiting
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.kernel.transitions import State
from portal.notices.models import Notice
from portal.notices.selectors import unread_count
from subsidies import grant_states, states
from subsidies.models import Application
from subsidies.selectors import firm_applications


@hat_required(Hat.FIRM, Hat.PUBLIC)
@require_safe
def my_page(request: HttpRequest) -> HttpResponse:
    """The firm's page; people without a firm are led to registering one."""
    if request.actor.hat == Hat.PUBLIC:
        return redirect("programs:firm_register")
    today = clock.today()
    found = firm_applications(request.actor).annotate(grant_status=F("grant__status"))
    applications = list(found[:SHOWN])
    todos = sorted(
        (
            *subsidies.todos(request, applications, today),
            *support.tried(request),
            *waiting(request, {**support.ROOMS, **lab.ROOMS}),
        ),
        key=lambda todo: todo.until or dt.date.max,
    )
    context = {
        "todos": todos,
        "rows": [(item, _states(item), _url(item)) for item in applications],
        "stages": standing.stages(request.actor),
        "dates": standing.dates(request.actor),
        "unread": unread_count(request.actor.user_id),
        "notices": Notice.objects.filter(recipient_id=request.actor.user_id)[:3],
    }
    return TemplateResponse(request, "desk/my.html", context)


def _states(application: Any) -> list[State]:
    """The application's state and, after the decision, that of the grant."""
    found = [states.APPLICATION.state(application.status)]
    if application.grant_status:
        found.append(grant_states.GRANT.state(application.grant_status))
    return found


def _url(application: Application) -> str:
    page = "task_list" if application.status == states.DRAFT else "status"
    return reverse(f"subsidies:{page}", args=[application.public_id])
