"""Runs are the ward's own business: its officials see them, auditors read.

A run is written by who prepared it, in whose name it is carried out; a colleague may only cancel
it. What it is over is fixed with it: rows that wait are written in the transaction that makes the
run, so that nobody adds one to a run that was read and confirmed.
"""

from portal.kernel.rls import ALL, EDIT, USER, WARD, Protected, exists

_OWN_WARD = f"ward_id = {WARD}"
_OF_OWN_RUN = exists("bulk_bulkrun run", "run.id = run_id")
_OF_ONES_RUN = exists(
    "bulk_bulkrun run",
    f"run.id = run_id AND run.created_by_id = {USER}"
    " AND (outcome <> 'waiting' OR run.created_at >= now())",
)

TABLES = [
    Protected(
        "bulk_bulkrun",
        rows={"app_official": _OWN_WARD, "app_auditor": ALL, "app_system": ALL},
        checks={
            "app_official": f"{_OWN_WARD} AND (created_by_id = {USER} OR cancelled_at IS NOT NULL)"
        },
        grants={
            "app_official": "SELECT, INSERT, UPDATE"
            " (started_at, finished_at, cancelled_at, print_file_id, zip_file_id)",
            "app_system": EDIT,
        },
    ),
    Protected(
        "bulk_bulkitem",
        rows={"app_official": _OF_OWN_RUN, "app_auditor": ALL, "app_system": ALL},
        checks={"app_official": _OF_ONES_RUN},
        grants={
            "app_official": "SELECT, INSERT, UPDATE (outcome, reason, settled_at)",
            "app_system": EDIT,
        },
    ),
]
