"""Writing facts and recomputing the cells they touch."""

from kpi.services.at import figures_at
from kpi.services.cells import cell_recompute, cells_rebuild
from kpi.services.facts import fact_record, fact_reverse
from kpi.services.outcomes import outcome_recompute, outcomes_rebuild
from kpi.services.quotients import Counted, quotients_write

__all__ = [
    "Counted",
    "cell_recompute",
    "cells_rebuild",
    "fact_record",
    "fact_reverse",
    "figures_at",
    "outcome_recompute",
    "outcomes_rebuild",
    "quotients_write",
]
