"""The acts of the room; each is one transaction, with the actor as an argument."""

from advisors.adoption.services.errors import FiguresRefused, Known, TableRefused
from advisors.adoption.services.figures import Imported, week_remove, week_save, weeks_import
from advisors.adoption.services.reviews import Told, review_save
from advisors.adoption.services.tools import Profile, tool_add, tool_resume, tool_save, tool_stop

__all__ = [
    "FiguresRefused",
    "Imported",
    "Known",
    "Profile",
    "TableRefused",
    "Told",
    "review_save",
    "tool_add",
    "tool_resume",
    "tool_save",
    "tool_stop",
    "week_remove",
    "week_save",
    "weeks_import",
]
