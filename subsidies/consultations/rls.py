"""Row policies of consultations: the ward's own notes. A firm reads none; an official withdraws one.

Ticks are the system's to write, because they may have to go again.
"""

from portal.kernel.rls import ALL, EDIT, FULL, READ, WARD, Protected

_ROWS = {"app_official": f"ward_id = {WARD}", "app_auditor": ALL, "app_system": ALL}

TABLES = [
    Protected(
        "consultations_consultation",
        rows=_ROWS,
        grants={
            "app_official": "SELECT, INSERT, "
            "UPDATE (withdrawn_at, withdrawn_by_id, withdrawn_reason)",
            "app_system": EDIT,
        },
    ),
    Protected("consultations_tick", rows=_ROWS, grants={"app_official": READ, "app_system": FULL}),
]
