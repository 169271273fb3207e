"""Writes of the auditors' room."""

from portal.auditing.errors import Refused
from portal.auditing.services.jobs import (
    Cancelled,
    bundle_order,
    expire,
    job_cancel,
    job_make,
    lost,
    open_bundle,
    progress,
    recount_order,
)
from portal.auditing.services.looks import case_seen
from portal.auditing.services.samples import item_move, sample_draw

__all__ = [
    "Cancelled",
    "Refused",
    "bundle_order",
    "case_seen",
    "expire",
    "item_move",
    "job_cancel",
    "job_make",
    "lost",
    "open_bundle",
    "progress",
    "recount_order",
    "sample_draw",
]
