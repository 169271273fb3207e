"""Row policies of the watch: a ward reads its own findings, and never the other ward's side.

Findings and keys are the system's to write; an official only settles a finding. Firms see nothing.
"""

from portal.kernel.rls import ALL, APPEND, EDIT, FULL, READ, WARD, Protected

_ROWS = {"app_official": f"ward_id = {WARD}", "app_auditor": ALL, "app_system": ALL}

TABLES = [
    Protected("watch_trace", rows=_ROWS, grants={"app_official": READ, "app_system": FULL}),
    Protected(
        "watch_finding",
        rows=_ROWS,
        grants={
            "app_official": "SELECT, UPDATE (status, reason, handled_by_id, handled_at)",
            "app_system": EDIT,
        },
    ),
    Protected(
        "watch_limitsversion", rows=_ROWS, grants={"app_official": APPEND, "app_system": APPEND}
    ),
]
