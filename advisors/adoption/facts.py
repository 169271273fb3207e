"""Rows as the rules read them."""

from collections.abc import Iterable

from advisors.adoption.models import Tool, WeekFigures
from advisors.adoption.rules.patterns import Setting
from advisors.adoption.rules.weeks import Week, number_of


def week_of(tool: Tool, row: WeekFigures) -> Week:
    """One week, numbered from the tool's start."""
    return Week(
        number=number_of(row.week, tool.started_on),
        people=row.people,
        logged_in=row.logged_in,
        entered=row.entered,
        expected=row.expected,
        errors=row.errors,
    )


def weeks_of(tool: Tool, rows: Iterable[WeekFigures]) -> list[Week]:
    """In their order."""
    return [week_of(tool, row) for row in sorted(rows, key=lambda row: row.week)]


def setting_of(tool: Tool, reviews: int) -> Setting:
    """What is known of the organisation."""
    return Setting(
        key_users=len(tool.key_users),
        prepared=frozenset(tool.prepared),
        owner_joins=tool.owner_joins,
        reviews=reviews,
    )
