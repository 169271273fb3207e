"""What waits for the firm in its applications and grants."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.desk.turns.todo import SHOWN, Todo
from portal.kernel import clock
from subsidies import selectors, states
from subsidies.grants import progress
from subsidies.models import Application
from subsidies.obligations.selectors.listing import firm_reports


def todos(
    request: HttpRequest, applications: Iterable[Application], today: dt.date
) -> Iterator[Todo]:
    """Of the applications that the page shows, and of all grants."""
    yield from (todo for item in applications if (todo := _todo(item, today)))
    yield from _granted(request)
    yield from _reported(request, today)


def _todo(application: Application, today: dt.date) -> Todo | None:
    """What the firm has to do for this application, if anything."""
    public_id = application.public_id
    name = (
        f"{selectors.scheme_label(application.scheme_name)}　{application.receipt_no or ''}".strip()
    )
    match application.status:
        case states.DRAFT if clock.to_date(application.call.closes_at) >= today:
            return Todo(
                what=_("申請の入力を続ける"),
                about=name,
                url=reverse("subsidies:task_list", args=[public_id]),
                button=_("続きを入力する"),
                until=clock.to_date(application.call.closes_at),
            )
        case states.CORRECTION:
            return Todo(
                what=_("区から依頼された補正を提出する"),
                about=name,
                url=reverse("subsidies:correction", args=[public_id]),
                button=_("補正を始める"),
                until=application.due_on,
                tone="warn",
            )
    return None


def _granted(request: HttpRequest) -> Iterator[Todo]:
    """What is to be done after the decision, grant by grant."""
    for grant, step in progress.firm_tasks(request.actor):
        yield Todo(
            what=step.what,
            about=f"{selectors.scheme_label(grant.application.scheme_name)}　{grant.receipt_no}",
            url=reverse("grants:grant", args=[grant.application.public_id]),
            button=_("交付決定後の手続へ"),
            until=step.until,
            tone=step.tone,
        )


def _reported(request: HttpRequest, today: dt.date) -> Iterator[Todo]:
    """Reports after the payment whose year has begun."""
    for row in firm_reports(request.actor, today)[:SHOWN]:
        yield Todo(
            what=_("「%(name)s」を提出する") % {"name": row.get_kind_display()},
            about=f"{selectors.scheme_label(row.grant.application.scheme_name)}　{row.receipt_no}",
            url=reverse("grants:grant", args=[row.grant.application.public_id]),
            button=_("交付決定後の手続へ"),
            until=row.due_on,
            tone="warn" if row.due_on < today else "info",
        )
