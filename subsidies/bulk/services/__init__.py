"""Preparing a run, starting and cancelling it, and the worker's part."""

from subsidies.bulk.services.paying import payments_prepare
from subsidies.bulk.services.preparing import MOST, letters_prepare, matches_count, run_prepare
from subsidies.bulk.services.printing import open_file
from subsidies.bulk.services.running import lost, run_cancel, run_start, work

__all__ = [
    "MOST",
    "letters_prepare",
    "lost",
    "matches_count",
    "open_file",
    "payments_prepare",
    "run_cancel",
    "run_prepare",
    "run_start",
    "work",
]
