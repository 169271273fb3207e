"""Runs are the ward's own business: its officials see them, auditors read."""

from portal.kernel.rls import ALL, EDIT, WARD, Protected

_OF_OWN_RUN = "EXISTS (SELECT 1 FROM bulk_bulkrun run WHERE run.id = run_id)"
_EDITED = {"app_official": EDIT, "app_system": EDIT}

TABLES = [
    Protected(
        "bulk_bulkrun",
        rows={"app_official": f"ward_id = {WARD}", "app_auditor": ALL, "app_system": ALL},
        grants=_EDITED,
    ),
    Protected(
        "bulk_bulkitem",
        rows={"app_official": _OF_OWN_RUN, "app_auditor": ALL, "app_system": ALL},
        grants=_EDITED,
    ),
]
