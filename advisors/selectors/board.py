"""The officials' board: requests, running engagements, visits to accept, what is over."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Q, QuerySet

from advisors import policies, states
from advisors.models import Engagement, EngagementChange, SupportRequest, Visit
from portal.kernel import clock
from portal.kernel.actor import Actor

PAGE_SIZE = 25
REQUESTS, RUNNING, VISITS, CLOSED = "requests", "running", "visits", "closed"
TABS = (REQUESTS, RUNNING, VISITS, CLOSED)
OPEN_REQUESTS = (states.SENT, states.ASKED, states.TAKEN)
TO_ACCEPT = (states.CONFIRMED, states.RECORDED, states.OBJECTED)
# An engagement in which nobody came for so long is looked at.
QUIET_DAYS = 45


@dataclass(frozen=True, slots=True)
class Board:
    """One tab of the board, and how many each has."""

    tab: str
    page: Page
    counts: dict[str, int]
    waiting_changes: int


def engagements(actor: Actor) -> QuerySet[Any]:
    """With the number of accepted and recorded visits and the last one's time."""
    is_done = Q(visits__recorded_at__isnull=False)
    return policies.visible_engagements(actor).annotate(
        recorded=Count("visits", filter=is_done),
        accepted=Count("visits", filter=Q(visits__status=states.ACCEPTED)),
        last_visit=Max("visits__starts_at", filter=is_done),
    )


def board(actor: Actor, tab: str, number: int) -> Board:
    """Three queries for the counts, two for the page."""
    tab = tab if tab in TABS else REQUESTS
    rows = _TABS[tab](actor)
    changes = policies.visible_changes(actor).filter(status=states.PROPOSED)
    return Board(tab, Paginator(rows, PAGE_SIZE).get_page(number), counts(actor), changes.count())


def running(actor: Actor) -> QuerySet[Any]:
    """What goes on, those that end first on top."""
    return engagements(actor).filter(status__in=states.PHASES).order_by("ends_on", "pk")


def closed(actor: Actor) -> QuerySet[Any]:
    """What is over, the newest first."""
    return engagements(actor).exclude(status__in=states.PHASES).order_by("-closed_on", "-pk")


def counts(actor: Actor) -> dict[str, int]:
    """How many each tab has."""
    is_running = Q(status__in=states.PHASES)
    of_engagements = policies.visible_engagements(actor).aggregate(
        running=Count("pk", filter=is_running), closed=Count("pk", filter=~is_running)
    )
    return {
        REQUESTS: requests(actor).count(),
        RUNNING: of_engagements["running"],
        VISITS: visits(actor).count(),
        CLOSED: of_engagements["closed"],
    }


def requests(actor: Actor) -> QuerySet[SupportRequest]:
    """Those that wait, the oldest first."""
    return policies.visible_requests(actor).filter(status__in=OPEN_REQUESTS).order_by("sent_at")


def visits(actor: Actor) -> QuerySet[Visit]:
    """Those that are recorded and not accepted; the confirmed ones first."""
    rows = policies.visible_visits(actor).filter(status__in=TO_ACCEPT)
    return rows.select_related("engagement", "advisor").order_by("status", "starts_at")


_TABS: Mapping[str, Callable[[Actor], QuerySet[Any]]] = {
    REQUESTS: requests,
    RUNNING: running,
    VISITS: visits,
    CLOSED: closed,
}


def open_change(actor: Actor, engagement: Engagement) -> EngagementChange | None:
    """What waits for an approver."""
    rows = policies.visible_changes(actor).filter(engagement=engagement, status=states.PROPOSED)
    return rows.select_related("proposed_by", "advisor__user").first()


def waiting(actor: Actor) -> QuerySet[Any]:
    """For the menu: what the actor's role has to do."""
    if policies.may_handle(actor):
        new = policies.visible_requests(actor).filter(status__in=(states.SENT, states.TAKEN))
        ready = policies.visible_visits(actor).filter(status=states.CONFIRMED)
        return new.order_by().values("pk").union(ready.order_by().values("pk"), all=True)
    if policies.may_approve(actor):
        return policies.visible_changes(actor).filter(status=states.PROPOSED)
    return policies.visible_changes(actor).none()


def is_quiet(row: Any, today: dt.date) -> bool:
    """Whether nobody came for a long while. `row` is annotated."""
    last = row.last_visit
    since = clock.to_date(last) if last else row.starts_on
    return row.status in states.PHASES and (today - since).days > QUIET_DAYS
