"""A person reads their own notices and mails; workers write them.

Officials read what could not be mailed to people of their ward's firms, and which addresses of these
are dead: the memberships and firms that they see (programs) are the ward's.
"""

from portal.kernel.rls import ALL, FULL, USER, Protected, exists

_OWN = f"recipient_id = {USER}"
_MINE = f"user_id = {USER}"
_PEOPLE = ("app_public", "app_firm", "app_official", "app_policy", "app_auditor")


def _of_ward(column: str) -> str:
    return exists(
        "programs_firmmembership member", f"member.user_id = {column} AND member.valid_to IS NULL"
    )


_UNTOLD = (
    "read_at IS NULL AND told_at IS NULL AND outcome IN ('paused', 'refused') AND "
    + _of_ward("notices_notice.recipient_id")
)
_OF_REGISTER = exists("programs_firm firm", "lower(firm.email) = notices_deadaddress.address")

TABLES = [
    Protected(
        "notices_sentmail",
        rows={**dict.fromkeys(_PEOPLE, _OWN), "app_system": ALL},
        grants={"app_system": FULL},
    ),
    Protected(
        "notices_notice",
        rows={
            **dict.fromkeys(_PEOPLE, _OWN),
            "app_official": f"{_OWN} OR ({_UNTOLD})",
            "app_system": ALL,
        },
        checks={"app_official": _OWN},
        grants={**dict.fromkeys(_PEOPLE, "SELECT, UPDATE"), "app_system": FULL},
        asks=frozenset({"programs_firmmembership"}),
    ),
    Protected(
        "notices_optout",
        rows={**dict.fromkeys(_PEOPLE, _MINE), "app_system": ALL},
        grants={**dict.fromkeys(_PEOPLE, "SELECT, INSERT, UPDATE, DELETE"), "app_system": FULL},
    ),
    Protected(
        "notices_deadaddress",
        rows={
            **dict.fromkeys(_PEOPLE, _MINE),
            "app_official": f"{_MINE} OR {_of_ward('notices_deadaddress.user_id')}"
            f" OR (user_id IS NULL AND {_OF_REGISTER})",
            "app_system": ALL,
        },
        grants={"app_system": FULL},
        asks=frozenset({"programs_firmmembership", "programs_firm"}),
    ),
]
