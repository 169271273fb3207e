"""Row policies of the room: a result is the firm's own; nobody else reads it but auditors."""

from portal.kernel.rls import ALL, APPEND, FIRM, Protected

TABLES = [
    Protected(
        "navi_naviresult",
        rows={"app_firm": f"firm_id = {FIRM}", "app_auditor": ALL, "app_system": ALL},
        grants={"app_firm": APPEND, "app_system": APPEND},
    )
]
