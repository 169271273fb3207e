"""Reads of the subsidies for screens and handlers."""

from subsidies.selectors.applications import (
    ApplicationDetail,
    application_detail,
    firm_applications,
)
from subsidies.selectors.calls import (
    CallInBrief,
    Named,
    call_detail,
    closing_soon,
    handed_out,
    open_calls,
)
from subsidies.selectors.names import scheme_choices, scheme_label, scheme_label_lazy
from subsidies.selectors.queue import (
    PAGE_SIZE,
    QueueFilters,
    QueuePage,
    SearchResult,
    queue,
    queue_counts,
    queue_page,
    search,
)

__all__ = [
    "PAGE_SIZE",
    "ApplicationDetail",
    "CallInBrief",
    "Named",
    "QueueFilters",
    "QueuePage",
    "SearchResult",
    "application_detail",
    "call_detail",
    "closing_soon",
    "firm_applications",
    "handed_out",
    "open_calls",
    "queue",
    "queue_counts",
    "queue_page",
    "scheme_choices",
    "scheme_label",
    "scheme_label_lazy",
    "search",
]
