"""One tool with all that its page shows, and the tools of an engagement, a firm, an advisor."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from django.db.models import Case, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from advisors import states as phases
from advisors.adoption import codes, drawing, facts, policies, states
from advisors.adoption.drawing import Drawing
from advisors.adoption.models import Review, Tool, WeekFigures
from advisors.adoption.rules import wards as rules
from advisors.adoption.rules.patterns import Diagnosis, diagnose
from advisors.adoption.rules.weeks import (
    RED,
    YELLOW,
    Week,
    last_week,
    monday,
    months_on,
    weeks_between,
)
from advisors.models import Engagement
from advisors.todo import Todo
from portal.kernel.actor import Actor

# So many lines stand on the page at once, so many more behind a fold; the file has all.
SHOWN_WEEKS, OLDER_WEEKS = 8, 52
SHOWN_TOOLS = 100
# After so many weeks without figures nobody is asked for them any more.
LONG_WEEKS = 8
# A review is spoken of so many days before it is due.
AHEAD_DAYS = 14

WORST_FIRST = Case(
    When(status=states.STOPPED, then=Value(9)),
    When(light=RED, then=Value(0)),
    When(light=YELLOW, then=Value(1)),
    When(light="", then=Value(2)),
    default=Value(3),
)


@dataclass(frozen=True, slots=True)
class WeekLine:
    """A week as the table shows it."""

    row: WeekFigures
    week: Week


@dataclass(frozen=True, slots=True)
class ReviewPlace:
    """One of the three occasions. `review` is None where nobody has recorded it."""

    months: int
    due_on: dt.date
    review: Review | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class ToolView:
    """What the page of a tool shows."""

    tool: Tool
    found: Diagnosis
    lines: list[WeekLine]
    missing: list[dt.date]
    places: list[ReviewPlace]
    drawings: tuple[Drawing, ...] = field(default=())

    @property
    def shown(self) -> list[WeekLine]:
        """The newest first."""
        return self.lines[::-1][:SHOWN_WEEKS]

    @property
    def older(self) -> list[WeekLine]:
        """What comes after them."""
        return self.lines[::-1][SHOWN_WEEKS:][:OLDER_WEEKS]

    @property
    def next_week(self) -> dt.date | None:
        """The newest week that nobody recorded yet."""
        return self.missing[-1] if self.missing else None

    @property
    def next_review(self) -> ReviewPlace | None:
        """The first that is open; of stopped tools none."""
        if self.tool.status != states.USING:
            return None
        return next((place for place in self.places if place.is_open), None)


def tool_view(tool: Tool, today: dt.date) -> ToolView:
    """Two queries: weeks and reviews. `tool` was got through the policy."""
    rows = list(tool.weeks.order_by("week"))
    reviews = {row.months: row for row in tool.reviews.all()}
    weeks = [facts.week_of(tool, row) for row in rows]
    known = {row.week for row in rows}
    open_ = weeks_between(monday(tool.started_on), last_week(today, tool.stopped_on))
    return ToolView(
        tool=tool,
        found=diagnose(weeks, facts.setting_of(tool, len(reviews))),
        lines=[WeekLine(row, week) for row, week in zip(rows, weeks, strict=True)],
        missing=[week for week in open_ if week not in known],
        places=[_place(tool, months, reviews.get(months), today) for months in codes.REVIEW_MONTHS],
        drawings=_curves(weeks),
    )


def _place(tool: Tool, months: int, review: Review | None, today: dt.date) -> ReviewPlace:
    due_on = months_on(tool.started_on, months)
    soon = today >= due_on - dt.timedelta(days=AHEAD_DAYS)
    return ReviewPlace(months, due_on, review, is_open=review is None and soon)


def open_review(
    started_on: dt.date, held: Container[int], today: dt.date
) -> tuple[int, dt.date] | None:
    """The first review that nobody has recorded, where its time has come: after how many months."""
    for months in codes.REVIEW_MONTHS:
        due_on = months_on(started_on, months)
        if months not in held and today >= due_on - dt.timedelta(days=AHEAD_DAYS):
            return months, due_on
    return None


def _curves(weeks: Sequence[Week]) -> tuple[Drawing, ...]:
    if not weeks:
        return ()
    by_number = {week.number: week for week in weeks}
    every = [by_number.get(number) for number in range(1, weeks[-1].number + 1)]
    logins = [week.login_rate if week else None for week in every]
    entries = [week.completion if week else None for week in every]
    series: list[tuple[str, str, drawing.Values]] = [(_("ログイン"), "actual", logins)]
    if any(value is not None for value in entries):
        series.append((_("入力"), "previous", entries))
    return drawing.curve(series)


@dataclass(frozen=True, slots=True)
class CaseView:
    """The tools of one engagement and the firm's curve."""

    engagement: Engagement
    pairs: list[tuple[Tool, str]]
    drawings: tuple[Drawing, ...]
    rows: list[tuple[int, str]]
    may_write: bool


def case_view(actor: Actor, engagement: Engagement, today: dt.date) -> CaseView:
    """Three queries."""
    tools = list(
        policies.visible_tools(actor).filter(engagement=engagement).order_by(WORST_FIRST, "pk")
    )
    weeks = _weeks_of(tools)
    points = [(week.number, week.use) for tool in tools for week in weeks[tool.pk]]
    values = rules.firm_curve(points)
    counts = Counter(number for number, _use in points)
    return CaseView(
        engagement=engagement,
        pairs=[(tool, gap_of(tool, today)) for tool in tools],
        drawings=drawing.curve([(_("利用率"), "actual", values)]) if values else (),
        rows=[
            (number, _share_of(value, counts[number]))
            for number, value in enumerate(values, start=1)
            if value is not None
        ],
        may_write=policies.may_write(actor, engagement),
    )


def _share_of(value: Fraction, tools: int) -> str:
    """How many tools a mean stands for differs from week to week."""
    return _("%(use)s（ツール%(tools)d件）") % {"use": f"{int(value * 100)}%", "tools": tools}


def _weeks_of(tools: Iterable[Tool]) -> dict[int, list[Week]]:
    """All weeks of these tools in one query."""
    by_id = {tool.pk: tool for tool in tools}
    found: dict[int, list[Week]] = defaultdict(list)
    for row in WeekFigures.objects.filter(tool__in=by_id).order_by("week"):
        found[row.tool_id].append(facts.week_of(by_id[row.tool_id], row))
    return found


def own_tools(actor: Actor) -> QuerySet[Tool]:
    """A firm's or an advisor's, what needs care first."""
    rows = policies.visible_tools(actor).select_related("engagement")
    return rows.order_by(WORST_FIRST, "firm_name", "pk")


@dataclass(frozen=True, slots=True)
class DueReview:
    """A review whose time has come."""

    tool: Tool
    months: int
    due_on: dt.date


def due_reviews(tools: Sequence[Tool], today: dt.date) -> list[DueReview]:
    """One of each tool in use, where its time has come; what has waited longest first. One query."""
    held: dict[int, set[int]] = defaultdict(set)
    rows = Review.objects.filter(tool__in=[tool.pk for tool in tools])
    for tool_id, months in rows.order_by().values_list("tool_id", "months"):
        held[tool_id].add(months)
    found = [
        DueReview(tool, *place)
        for tool in tools
        if tool.status == states.USING
        and (place := open_review(tool.started_on, held[tool.pk], today))
    ]
    return sorted(found, key=lambda row: (row.due_on, row.tool.pk))


def due_review(tools: Sequence[Tool], today: dt.date) -> DueReview | None:
    """The one that has waited longest. One query."""
    return next(iter(due_reviews(tools, today)), None)


def todos(actor: Actor, today: dt.date) -> Iterator[Todo]:
    """For the advisor's first page: reviews whose time has come, while the support goes on."""
    rows = own_tools(actor).filter(engagement__status__in=phases.PHASES, status=states.USING)
    for due in due_reviews(list(rows), today):
        yield Todo(
            what=_("%(months)sか月の振り返りを記録する（%(tool)s）")
            % {"months": due.months, "tool": due.tool.name},
            about=due.tool.firm_name,
            url=reverse("adoption:review", args=[due.tool.public_id, due.months]),
            due_on=due.due_on,
        )


def open_cases(actor: Actor) -> QuerySet[Engagement]:
    """Supports that go on, in which a tool can be recorded; the newest first."""
    rows = policies.visible_cases(actor).filter(status__in=phases.PHASES)
    return rows.order_by("-starts_on", "-pk")


def gap_of(tool: Tool, today: dt.date) -> str:
    """LAST where the last week that is over is not recorded, LONG where nothing is any more."""
    last = last_week(today)
    if tool.status != states.USING or last < monday(tool.started_on):
        return ""
    until = tool.last_week or monday(tool.started_on)
    if until < last - dt.timedelta(days=7 * LONG_WEEKS):
        return codes.LONG
    return codes.LAST if tool.last_week is None or until < last else ""
