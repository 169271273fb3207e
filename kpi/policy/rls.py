"""Row policies of the evaluation sheets: a ward's officials write their own, policy staff and auditors read all."""

from portal.kernel.rls import ALL, EDIT, WARD, Protected

TABLES = [
    Protected(
        "policy_sheet",
        rows={
            "app_official": f"ward_id = {WARD}",
            "app_policy": ALL,
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_official": EDIT, "app_system": EDIT},
    ),
]
