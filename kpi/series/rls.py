"""Row policies of the room: accounts name firms, so a ward sees those of its own; figures are all staff's."""

from portal.kernel.rls import APPEND, Protected, own_rows

TABLES: list[Protected] = [
    Protected(
        "series_accounts",
        **own_rows(
            grants={"app_firm": APPEND, "app_official": APPEND, "app_system": APPEND},
        ),
    ),
    Protected(
        "series_consent",
        **own_rows(
            grants={"app_firm": APPEND, "app_official": APPEND, "app_system": APPEND},
        ),
    ),
]
