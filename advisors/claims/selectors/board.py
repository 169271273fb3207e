"""The officials' list of claims."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from advisors.claims import months, states
from advisors.claims.models import Claim
from advisors.claims.policies import visible_claims
from advisors.policies import may_approve, may_handle
from portal.kernel.actor import Actor

PAGE_SIZE = 25
# Tab → the state of its claims.
TABS: Mapping[str, str] = {
    "check": states.SUBMITTED,
    "decide": states.CHECKED,
    "pay": states.APPROVED,
    "returned": states.RETURNED,
    "paid": states.PAID,
}


@dataclass(frozen=True, slots=True)
class Board:
    """One tab of the list, and how many each has."""

    tab: str
    month: dt.date | None
    page: Page
    counts: dict[str, int]


def board(actor: Actor, tab: str, month: dt.date | None, number: int) -> Board:
    """Three queries."""
    tab = tab if tab in TABS else own_tab(actor)
    rows = listed(actor, {"tab": tab, "month": months.slug(month) if month else ""})
    page = Paginator(rows, PAGE_SIZE).get_page(number)
    return Board(tab, month, page, counts(actor, month))


def own_tab(actor: Actor) -> str:
    """Where the actor's work is."""
    return "decide" if may_approve(actor) and not may_handle(actor) else "check"


def listed(actor: Actor, params: Mapping[str, str]) -> QuerySet[Claim]:
    """Claims of a tab and a month, the oldest first where something is to be done."""
    rows = visible_claims(actor)
    if params.get("tab") in TABS:
        rows = rows.filter(status=TABS[params["tab"]])
    if month := months.parse(params.get("month", "")):
        rows = rows.filter(month=month)
    order = "-month" if params.get("tab") == "paid" else "month"
    live = Q(lines__released_at=None, lines__visit__isnull=False)
    return rows.annotate(visits=Count("lines", filter=live)).order_by(order, "advisor_name", "pk")


def counts(actor: Actor, month: dt.date | None = None) -> dict[str, int]:
    """How many each tab has."""
    rows = visible_claims(actor)
    if month is not None:
        rows = rows.filter(month=month)
    return rows.aggregate(
        **{tab: Count("pk", filter=Q(status=status)) for tab, status in TABS.items()}
    )


def waiting(actor: Actor) -> QuerySet[Claim]:
    """For the menu: what the actor's role has to do."""
    wanted = [
        *((states.SUBMITTED, states.APPROVED) if may_handle(actor) else ()),
        *((states.CHECKED,) if may_approve(actor) else ()),
    ]
    return visible_claims(actor).filter(status__in=wanted)
