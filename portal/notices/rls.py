"""A person reads their own notices and mails; workers write them."""

from portal.kernel.rls import ALL, FULL, USER, Protected

_OWN = f"recipient_id = {USER}"
_MINE = f"user_id = {USER}"
_PEOPLE = ("app_public", "app_firm", "app_official", "app_policy", "app_auditor")

TABLES = [
    Protected(
        "notices_sentmail",
        rows={**dict.fromkeys(_PEOPLE, _OWN), "app_system": ALL},
        grants={"app_system": FULL},
    ),
    Protected(
        "notices_notice",
        rows={**dict.fromkeys(_PEOPLE, _OWN), "app_system": ALL},
        grants={**dict.fromkeys(_PEOPLE, "SELECT, UPDATE"), "app_system": FULL},
    ),
    Protected(
        "notices_optout",
        rows={**dict.fromkeys(_PEOPLE, _MINE), "app_system": ALL},
        grants={**dict.fromkeys(_PEOPLE, "SELECT, INSERT, UPDATE, DELETE"), "app_system": FULL},
    ),
    Protected(
        "notices_deadaddress",
        rows={**dict.fromkeys(_PEOPLE, _MINE), "app_system": ALL},
        grants={"app_system": FULL},
    ),
]
