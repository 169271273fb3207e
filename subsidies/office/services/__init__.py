"""Writes of the office: revisions of schemes, trials, calls and budgets."""

from subsidies.office.services.calls import (
    CallPlan,
    call_change_budget,
    call_create,
    call_edit,
)
from subsidies.office.services.revisions import (
    revision_begin,
    revision_describe,
    revision_drop,
    revision_propose,
    revision_publish,
    revision_save,
    revision_send_back,
)
from subsidies.office.services.schemes import scheme_create
from subsidies.office.services.trials import trial_begin, trial_run

__all__ = [
    "CallPlan",
    "call_change_budget",
    "call_create",
    "call_edit",
    "revision_begin",
    "revision_describe",
    "revision_drop",
    "revision_propose",
    "revision_publish",
    "revision_save",
    "revision_send_back",
    "scheme_create",
    "trial_begin",
    "trial_run",
]
