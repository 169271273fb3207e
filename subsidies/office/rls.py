"""Row policies: a ward's officials work on their own schemes, auditors read."""

from portal.kernel.rls import ALL, FULL, WARD, Protected

_ROWS = {"app_official": f"ward_id = {WARD}", "app_auditor": ALL, "app_system": ALL}

TABLES = [
    Protected("office_revision", rows=_ROWS, grants={"app_official": FULL, "app_system": FULL}),
    Protected("office_trial", rows=_ROWS, grants={"app_official": FULL, "app_system": FULL}),
]
