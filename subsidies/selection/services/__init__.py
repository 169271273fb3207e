"""The only writers of the selection's tables."""

from subsidies.selection.services.choices import quotes_check, waiting_advance, waiting_end
from subsidies.selection.services.kept import contents, papers_make, papers_of
from subsidies.selection.services.marks import mark_lift, mark_put
from subsidies.selection.services.minutes import minutes_keep
from subsidies.selection.services.runs import selection_approve, selection_propose, selection_return

__all__ = [
    "contents",
    "mark_lift",
    "mark_put",
    "minutes_keep",
    "papers_make",
    "papers_of",
    "quotes_check",
    "selection_approve",
    "selection_propose",
    "selection_return",
    "waiting_advance",
    "waiting_end",
]
