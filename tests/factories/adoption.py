"""Introduced tools with their weeks and reviews, made through the services."""

import datetime as dt
from collections.abc import Iterable
from itertools import count
from typing import Any

from advisors.adoption import services
from advisors.adoption.models import Review, Tool
from advisors.adoption.rules import weeks as rules
from advisors.adoption.rules.entry import Entry
from advisors.adoption.services import Profile, Told
from advisors.models import Engagement
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting

_numbers = count(1)
PEOPLE = 10
# Percent of people (and of entries) week by week.
GOOD = (30, 40, 50, 60, 60, 70, 70, 80, 80, 80, 80, 90, 90, 90)
FLASH = (80, 90, 80, 70, 60, 50, 40, 30, 20, 20, 10, 10, 10, 10)
LOW = (20, 20, 20, 30, 20, 20, 20, 10, 20, 20, 10, 10, 10, 10)


def profile(**changes: Any) -> Profile:
    """A tool of ten people."""
    values: dict[str, Any] = {
        "name": f"生産管理クラウド{next(_numbers)}",
        "work": "日報の記入と集計",
        "started_on": clock.today(),
        "people": PEOPLE,
        "leader": "工場長",
    }
    return Profile(**{**values, **changes})


def started(weeks: int) -> dt.date:
    """The Monday from which on so many weeks can be recorded by today."""
    return rules.last_week(clock.today()) - dt.timedelta(days=7 * (weeks - 1))


def make_tool(actor: Actor, engagement: Engagement, *, weeks: int = 14, **changes: Any) -> Tool:
    """In use for so many weeks that are over."""
    given = profile(**{"started_on": started(weeks), **changes})
    with acting(actor):
        return services.tool_add(actor=actor, engagement_id=engagement.pk, profile=given)


def lines(percents: Iterable[int], *, first: dt.date, entries: bool = True) -> str:
    """A table of weeks from `first`."""
    head = "週,ログインした人数,入力した件数,入力するはずだった件数,エラーの件数"
    rows = [
        f"{first + dt.timedelta(days=7 * n)},{percent // 10}"
        + (f",{percent},100,{5}" if entries else ",,,")
        for n, percent in enumerate(percents)
    ]
    return "\n".join([head, *rows])


def fill(actor: Actor, tool: Tool, percents: Iterable[int], **kwargs: Any) -> Tool:
    """Record these weeks from the first one on."""
    text = lines(percents, first=rules.monday(tool.started_on), **kwargs)
    with acting(actor):
        services.weeks_import(actor=actor, tool_id=tool.pk, text=text, replace=True)
        return Tool.objects.get(pk=tool.pk)


def save(actor: Actor, tool: Tool, week: dt.date, entry: Entry, **kwargs: Any) -> None:
    """One week."""
    with acting(actor):
        services.week_save(actor=actor, tool_id=tool.pk, week=week, entry=entry, **kwargs)


def told(**changes: Any) -> Told:
    """A review of today."""
    today = clock.today()
    values: dict[str, Any] = {
        "held_on": today,
        "voices": "夜勤は入力する場所が遠い。",
        "decisions": "端末を1台、夜勤の机に置く（工場長、今月中）。",
        "next_on": today + dt.timedelta(days=90),
    }
    return Told(**{**values, **changes})


def review(actor: Actor, tool: Tool, months: int = 3, **changes: Any) -> Review:
    """A recorded review."""
    with acting(actor):
        return services.review_save(
            actor=actor, tool_id=tool.pk, months=months, given=told(**changes)
        )
