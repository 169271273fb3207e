"""Writing facts, and recounting what they touch."""

from kpi.services.at import figures_at
from kpi.services.cells import cells_rebuild
from kpi.services.facts import (
    New,
    fact_record,
    fact_reverse,
    facts_record,
    facts_reverse,
    recount_later,
    reversal_of,
)
from kpi.services.outcomes import outcomes_rebuild
from kpi.services.process import process_rebuild
from kpi.services.quotients import Counted, quotients_write
from kpi.services.recount import last_check, rebuild, work_off

__all__ = [
    "Counted",
    "New",
    "cells_rebuild",
    "fact_record",
    "fact_reverse",
    "facts_record",
    "facts_reverse",
    "figures_at",
    "last_check",
    "outcomes_rebuild",
    "process_rebuild",
    "quotients_write",
    "rebuild",
    "recount_later",
    "reversal_of",
    "work_off",
]
