"""Row policies of profiles and the lexicon (docs/adr/0041-nakama-profiles.md).

What firms show of themselves is read by every firm, every ward's officials, auditors, and by lab staff
and advisors (app_public, by app.user): work passes over the wards' borders. Nobody else, no visitor. Only the
system writes it, for whom services have asked the policy. The hourly band is the firm's own.
"""

from portal.kernel.rls import (
    ALL,
    EDIT,
    FIRM,
    FULL,
    ROLES,
    USER,
    Protected,
    exists,
)

# Asks nothing of the row: PostgreSQL answers it once per query.
_HELPERS = exists(
    "accounts_assignment a",
    f"a.user_id = {USER} AND a.role IN ('lab_staff', 'advisor') AND a.revoked_at IS NULL"
    " AND a.valid_from <= CURRENT_DATE AND (a.valid_to IS NULL OR a.valid_to >= CURRENT_DATE)",
)
_LISTED = "status IN ('prefilled', 'confirmed')"
_OF_PROFILE = exists("nakama_capabilityprofile p", "p.id = {table}.profile_id")
_OF_CAPABILITY = exists("nakama_capability c", "c.id = nakama_tolerancestep.capability_id")


def _reference(table: str) -> Protected:
    return Protected(table, rows=dict.fromkeys(ROLES, ALL), grants={"app_system": EDIT})


def _part(table: str, seen: str) -> Protected:
    """Read with the profile, written by the system."""
    return Protected(
        table,
        rows={
            **dict.fromkeys(("app_public", "app_firm", "app_official"), seen),
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": FULL},
    )


TABLES = [
    _reference("nakama_process"),
    _reference("nakama_material"),
    _reference("nakama_alias"),
    Protected(
        "nakama_unknownword",
        rows={"app_public": _HELPERS, "app_auditor": ALL, "app_system": ALL},
        grants={"app_system": EDIT},
    ),
    Protected(
        "nakama_capabilityprofile",
        rows={
            "app_public": f"{_HELPERS} AND {_LISTED}",
            "app_firm": f"{_LISTED} OR firm_id = {FIRM}",
            "app_official": _LISTED,
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": EDIT},
    ),
    *(
        _part(table, _OF_PROFILE.format(table=table))
        for table in (
            "nakama_capability",
            "nakama_profilemachine",
            "nakama_profilecertificate",
            "nakama_weekcapacity",
        )
    ),
    _part("nakama_tolerancestep", _OF_CAPABILITY),
    Protected(
        "nakama_hourlyband",
        rows={"app_firm": f"firm_id = {FIRM}", "app_system": ALL},
        grants={"app_firm": EDIT, "app_system": EDIT},
    ),
]
