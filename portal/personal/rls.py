"""A person sees their own copies and requests; the ward that decides sees its requests."""

from portal.kernel.rls import ALL, FULL, USER, WARD, Protected

_OWN = f"person_id = {USER}"
_PEOPLE = ("app_public", "app_firm", "app_official", "app_policy", "app_auditor")

TABLES = [
    Protected(
        "personal_datacopy",
        rows={**dict.fromkeys(_PEOPLE, _OWN), "app_system": ALL},
        grants={"app_system": FULL},
    ),
    Protected(
        "personal_deletionrequest",
        rows={
            **dict.fromkeys(_PEOPLE, _OWN),
            "app_official": f"{_OWN} OR ward_id = {WARD}",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": FULL},
    ),
]
