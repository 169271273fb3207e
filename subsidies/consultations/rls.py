"""Row policies of consultations: the ward's own notes. A firm reads none, nobody changes one."""

from portal.kernel.rls import ALL, EDIT, WARD, Protected

TABLES = [
    Protected(
        "consultations_consultation",
        rows={"app_official": f"ward_id = {WARD}", "app_auditor": ALL, "app_system": ALL},
        grants={"app_official": "SELECT, INSERT", "app_system": EDIT},
    ),
]
