"""The officials' list of tools, with its filters; the same rows go into the file."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from advisors.adoption import policies, states
from advisors.adoption.models import Tool
from advisors.adoption.rules.weeks import GREEN, RED, YELLOW
from advisors.adoption.selectors.tools import WORST_FIRST
from portal.kernel.actor import Actor

PAGE_SIZE = 25
ALL, UNKNOWN = "", "unknown"
_VIEWS: Mapping[str, Q] = {
    RED: Q(status=states.USING, light=RED),
    YELLOW: Q(status=states.USING, light=YELLOW),
    GREEN: Q(status=states.USING, light=GREEN),
    UNKNOWN: Q(status=states.USING, light=""),
    states.STOPPED: Q(status=states.STOPPED),
}
VIEWS = (ALL, *_VIEWS)


@dataclass(frozen=True, slots=True)
class Board:
    """One view of the list, and how many each has."""

    view: str
    page: Page[Tool]
    counts: dict[str, int]


def rows(actor: Actor, view: str) -> QuerySet[Tool]:
    """The ward's tools (an auditor's: all), what needs care first."""
    found = policies.visible_tools(actor).order_by(WORST_FIRST, "use_percent", "pk")
    return found.filter(_VIEWS[view]) if view in _VIEWS else found


def board(actor: Actor, view: str, number: int) -> Board:
    """Three queries."""
    view = view if view in _VIEWS else ALL
    counts = policies.visible_tools(actor).aggregate(
        all=Count("pk"), **{code: Count("pk", filter=test) for code, test in _VIEWS.items()}
    )
    page = Paginator(rows(actor, view).select_related("engagement"), PAGE_SIZE).get_page(number)
    return Board(view, page, {ALL: counts.pop("all"), **counts})
