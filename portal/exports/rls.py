"""A person sees what they ordered themselves, under the hat of that ward, firm or office."""

from portal.kernel.rls import ALL, EDIT, FIRM, USER, WARD, Protected

_OWN = f"created_by_id = {USER}"

TABLES = [
    Protected(
        "exports_exportjob",
        rows={
            "app_official": f"{_OWN} AND ward_id = {WARD}",
            "app_firm": f"{_OWN} AND firm_id = {FIRM}",
            "app_auditor": _OWN,
            "app_system": ALL,
        },
        grants={
            "app_official": EDIT,
            "app_firm": EDIT,
            "app_auditor": EDIT,
            "app_system": EDIT,
        },
    )
]
