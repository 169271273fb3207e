"""Row policies of obligations: a ward sees its own, a firm what it has to hand in."""

from portal.kernel.rls import ALL, EDIT, FIRM, USER, WARD, Protected, own_rows
from subsidies.obligations.rules import plan

_OF_FIRM = ", ".join(f"'{kind}'" for kind in plan.OF_FIRM)

TABLES = [
    Protected(
        "obligations_obligation",
        rows={
            "app_firm": f"firm_id = {FIRM} AND kind IN ({_OF_FIRM})",
            "app_official": f"ward_id = {WARD}",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={
            "app_official": "SELECT, UPDATE (status, owner_id, settled_at, settled_by_id, reason)",
            "app_system": EDIT,
        },
    ),
    Protected(
        "obligations_asset",
        **own_rows(
            grants={
                "app_official": "SELECT, UPDATE (life, life_years, life_confirmed,"
                " restricted_until, place, status, disposed_on, price_yen, returned_yen)",
                "app_system": EDIT,
            }
        ),
    ),
    # One's own only. Who reads the calendar has not signed in: the system looks it up.
    Protected(
        "obligations_feed",
        rows={"app_official": f"ward_id = {WARD} AND user_id = {USER}", "app_system": ALL},
        grants={"app_official": EDIT, "app_system": EDIT},
    ),
]
