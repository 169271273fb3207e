"""Figures of all wards for officials and policy staff: no names, small cells withheld."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from advisors.adoption import codes, policies, states
from advisors.adoption.models import Tool, WeekFigures
from advisors.adoption.rules import wards as rules
from advisors.adoption.rules.wards import Line, ToolFact
from advisors.adoption.rules.weeks import Week, monday, number_of
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.wards import WARDS


@dataclass(frozen=True, slots=True)
class WardFigures:
    """Tools whose use began in a fiscal year. `curve` is that of one ward, or of all."""

    year: int
    ward_id: int | None
    lines: list[Line]
    total: Line
    curve: tuple[Fraction | None, ...]


def ward_figures(actor: Actor, year: int, ward_id: int | None = None) -> WardFigures:
    """Two queries. Runs above the rows of the actor's hat: only counts and medians leave it."""
    policies.require(policies.reads_figures(actor))
    first, last = clock.fiscal_year_bounds(year)
    with acting(actor.elevated()):
        tools = list(Tool.objects.filter(started_on__range=(first, last)))
        points = _points(tools, ward_id)
    by_ward: dict[str, list[ToolFact]] = defaultdict(list)
    for tool in tools:
        by_ward[str(tool.ward_id)].append(_fact(tool))
    lines, total = rules.lines(by_ward, [str(ward.code) for ward in WARDS], list(codes.PATTERNS))
    return WardFigures(
        year=year,
        ward_id=ward_id,
        lines=lines,
        total=total,
        curve=rules.curve(points),
    )


def _fact(tool: Tool) -> ToolFact:
    return ToolFact(
        key=str(tool.ward_id),
        firm=tool.firm_id,
        light=tool.light,
        is_judged=tool.is_judged,
        at_target=tool.at_target,
        is_stopped=tool.status == states.STOPPED,
        patterns=frozenset(tool.patterns),
    )


def _points(tools: list[Tool], ward_id: int | None) -> list[tuple[int, int, Fraction]]:
    """(firm, week of use, use) of the weeks that the curve shows."""
    wanted = {tool.pk: tool for tool in tools if ward_id in {None, tool.ward_id}}
    rows = WeekFigures.objects.filter(tool__in=wanted).values_list(
        "tool_id", "week", "people", "logged_in", "entered", "expected"
    )
    found = []
    for tool_id, week, people, logged_in, entered, expected in rows.iterator():
        tool = wanted[tool_id]
        number = number_of(monday(week), tool.started_on)
        if number <= rules.CURVE_WEEKS:
            one = Week(number, people, logged_in, entered, expected)
            found.append((tool.firm_id, number, one.use))
    return found
