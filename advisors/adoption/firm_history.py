"""What the tools tell on a firm's card: introduced, given up, the reviews, and which one is due."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from advisors.adoption import policies, states
from advisors.adoption.models import Review, Tool
from advisors.adoption.selectors.tools import open_review
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.texts import filled
from programs import history
from programs.history import ADVICE, OF_FIRM, Event, Place, Todo, Told
from programs.models import Firm

_TOOL = (
    "pk",
    "public_id",
    "name",
    "vendor",
    "work",
    "status",
    "started_on",
    "stopped_on",
    "stop_reason",
    "ward_id",
)
_REVIEW = ("tool_id", "months", "held_on", "decisions", "use_percent")
_STARTED = _("%(tool)sを使い始めました")
_STOPPED = _("%(tool)sの利用をやめました")
_REVIEWED = _("%(months)sか月の振り返り：%(tool)s")
_USE = _("利用率 %(use)s%%")
_TODO = _("%(months)sか月の振り返りをする")


@history.tells(Tool)
def tell(actor: Actor, firm: Firm, today: dt.date, has: history.Has) -> Iterator[Told]:
    """Two queries: the tools and their reviews."""
    rows = policies.visible_tools(actor).filter(firm_id=firm.pk).order_by("-started_on", "-pk")
    tools = {row["pk"]: row for row in rows.values(*_TOOL)[: history.MOST]}
    if not tools:
        return
    held: dict[int, set[int]] = {pk: set() for pk in tools}
    # Those of tools that the actor reads.
    reviews = Review.objects.filter(tool__in=list(tools)).order_by("-held_on", "-pk")
    for review in reviews.values(*_REVIEW)[: history.MOST]:
        tool = tools.get(review["tool_id"])
        if tool is not None:
            held[tool["pk"]].add(review["months"])
            yield _of_review(tool, review)
    for tool in tools.values():
        yield from _of_tool(tool, held[tool["pk"]], today)


def _event(tool: dict[str, Any], at: dt.datetime, text: history.Said, **more: Any) -> Event:
    place = Place("adoption:tool", tool["public_id"])
    return Event(at=at, lane=ADVICE, text=text, place=place, ward_id=tool["ward_id"], **more)


def _of_review(tool: dict[str, Any], review: dict[str, Any]) -> Event:
    percent = review["use_percent"]
    use = "" if percent is None else filled(_USE, use=percent)
    return _event(
        tool,
        clock.midnight(review["held_on"]),
        _REVIEWED,
        values={"months": review["months"], "tool": tool["name"]},
        note=(use, review["decisions"]),
    )


def _of_tool(tool: dict[str, Any], held: set[int], today: dt.date) -> Iterator[Told]:
    named = {"tool": tool["name"]}
    about = (tool["work"], tool["vendor"])
    yield _event(tool, clock.midnight(tool["started_on"]), _STARTED, values=named, note=about)
    if tool["status"] == states.STOPPED:
        at = clock.midnight(tool["stopped_on"]) + dt.timedelta(hours=23)
        yield _event(tool, at, _STOPPED, values=named, note=(tool["stop_reason"],))
        return
    due = open_review(tool["started_on"], held, today)
    if due is not None:
        months, due_on = due
        place = Place("adoption:tool", tool["public_id"])
        # Its team may record it too, but only as long as the support goes on.
        yield Todo(ADVICE, OF_FIRM, filled(_TODO, months=months), tool["name"], due_on, place)
