"""What the weeks tell of a tool, kept beside it for the lists. Only the acts of this room call it."""

from advisors.adoption import facts
from advisors.adoption.models import Tool, WeekFigures
from advisors.adoption.rules.patterns import Diagnosis, diagnose

KEPT = ["last_week", "use_percent", "light", "is_judged", "patterns"]


def summary_refresh(tool: Tool) -> Tool:
    """Read the weeks and keep what they tell. Two queries and one write."""
    keep(tool, list(tool.weeks.all()), tool.reviews.count())
    tool.save(update_fields=KEPT)
    return tool


def keep(tool: Tool, rows: list[WeekFigures], reviews: int) -> Diagnosis:
    """The same without the database."""
    found = diagnose(facts.weeks_of(tool, rows), facts.setting_of(tool, reviews))
    tool.last_week = max((row.week for row in rows), default=None)
    tool.use_percent = None if found.use is None else int(found.use * 100)
    tool.light = found.light
    tool.is_judged = found.is_judged
    tool.patterns = found.patterns
    return found
