"""Writes of the auditors' room."""

from portal.auditing.errors import Refused
from portal.auditing.services.jobs import (
    WORK,
    bundle_order,
    job_cancel,
    open_bundle,
    progress,
    recount_order,
)
from portal.auditing.services.looks import case_seen
from portal.auditing.services.samples import item_move, sample_draw

__all__ = [
    "WORK",
    "Refused",
    "bundle_order",
    "case_seen",
    "item_move",
    "job_cancel",
    "open_bundle",
    "progress",
    "recount_order",
    "sample_draw",
]
