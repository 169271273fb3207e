"""Row policies of the room.

Who is away is read by the own ward, and by the deputy before any hat is worn: the hat of a deputy
who decides follows from it.
"""

from portal.kernel.rls import ALL, APPEND, EDIT, USER, WARD, Protected

_CONCERNED = f"user_id = {USER} OR deputy_id = {USER}"
# The author, or whoever takes it down.
_WRITES = f"(author_id = {USER} OR withdrawn_by_id = {USER})"
_ANNOUNCES = "SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by_id)"

TABLES: list[Protected] = [
    Protected(
        "duty_absence",
        rows={
            "app_public": _CONCERNED,
            "app_official": f"ward_id = {WARD}",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={
            "app_official": "SELECT, INSERT, UPDATE (ended_at, ended_by_id)",
            "app_system": EDIT,
        },
    ),
    Protected(
        "duty_handover",
        rows={"app_official": f"ward_id = {WARD}", "app_auditor": ALL, "app_system": ALL},
        grants={"app_official": APPEND, "app_system": EDIT},
    ),
    # Wards and policy staff; a firm, a visitor and people from outside find nothing here.
    Protected(
        "duty_announcement",
        rows={
            "app_official": f"ward_id = {WARD} OR wards = '{{}}' OR {WARD} = ANY(wards)",
            "app_policy": ALL,
            "app_auditor": ALL,
            "app_system": ALL,
        },
        checks={
            "app_official": f"ward_id = {WARD} AND {_WRITES}",
            "app_policy": f"ward_id IS NULL AND {_WRITES}",
        },
        grants={
            "app_official": _ANNOUNCES,
            "app_policy": _ANNOUNCES,
            "app_system": EDIT,
        },
    ),
    Protected(
        "duty_readmark",
        rows={
            "app_official": f"user_id = {USER}",
            "app_policy": f"user_id = {USER}",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_official": APPEND, "app_policy": APPEND, "app_system": EDIT},
    ),
]
