"""補助事業の一覧: the ward's grants by state, due date and what was filed; a fixed number of queries."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.kernel.actor import Actor
from portal.kernel.texts import plain
from subsidies import grant_states
from subsidies.grants import policies, states
from subsidies.grants.models import Filing, Ruling
from subsidies.models import Grant

PAGE_SIZE = 25
SOON = dt.timedelta(days=30)
DUES = ("overdue", "soon")
# 決裁待ち among the kinds of open filings: what waits is a ruling.
PROPOSALS = "proposals"


@dataclass(frozen=True, slots=True)
class GrantFilters:
    """What the official looks for. `status` "" means running ones, "any" all of them.

    `filing` is the kind of a filing that waits for the ward, "any" for whichever, PROPOSALS for
    rulings that wait.
    """

    query: str = ""
    status: str = ""
    due: str = ""
    filing: str = ""
    scheme: str = ""


def grant_rows(actor: Actor, filters: GrantFilters, *, today: dt.date) -> QuerySet[Grant]:
    """The rows in the order of their due days."""
    rows = policies.visible_grants(actor).filter(_status(filters.status), _due(filters.due, today))
    if words := plain(filters.query):
        rows = rows.filter(Q(firm_name__icontains=words) | Q(receipt_no__icontains=words))
    if filters.scheme:
        rows = rows.filter(application__version__scheme__code=filters.scheme)
    if filters.filing:
        rows = rows.filter(_filed(filters.filing))
    return (
        rows.select_related("application")
        .defer(
            "application__eligibility",
            "application__answers",
            "application__expense_input",
            "application__history",
        )
        .order_by("report_due_on", "id")
    )


def grant_page(
    actor: Actor, filters: GrantFilters, *, today: dt.date, number: int
) -> tuple[Page, Mapping[int, list[Filing]], Mapping[int, Ruling]]:
    """One page of grants with what waits on each: filings by grant, the open ruling by grant."""
    page = Paginator(grant_rows(actor, filters, today=today), PAGE_SIZE).get_page(number)
    shown = [grant.pk for grant in page]
    waiting = policies.visible_filings(actor).filter(grant__in=shown, status=states.SUBMITTED)
    proposed = policies.visible_rulings(actor).filter(grant__in=shown, status=states.PROPOSED)
    return page, _by_grant(waiting), {ruling.grant_id: ruling for ruling in proposed}


def _by_grant(filings: Iterable[Filing]) -> dict[int, list[Filing]]:
    found: dict[int, list[Filing]] = {}
    for filing in filings:
        found.setdefault(filing.grant_id, []).append(filing)
    return found


def _status(status: str) -> Q:
    if status == "any":
        return Q()
    return Q(status=status) if status else Q(status__in=grant_states.RUNNING)


def _due(due: str, today: dt.date) -> Q:
    """By the day of the completion report, which only a running project owes."""
    owed = Q(status=grant_states.IN_PROGRESS)
    if due == "overdue":
        return owed & Q(report_due_on__lt=today)
    if due == "soon":
        return owed & Q(report_due_on__gte=today, report_due_on__lte=today + SOON)
    return Q()


def _filed(kind: str) -> Any:
    if kind == PROPOSALS:
        return Exists(Ruling.objects.filter(grant=OuterRef("pk"), status=states.PROPOSED))
    waiting = Filing.objects.filter(grant=OuterRef("pk"), status=states.SUBMITTED)
    return Exists(waiting if kind == "any" else waiting.filter(kind=kind))
