"""Letters are seen by the ward that sent and the firm that got them; written once, by the system."""

from portal.kernel.rls import ALL, APPEND, Protected, own_rows

TABLES = [
    Protected(
        "letters_lettertemplate",
        rows={"app_auditor": ALL, "app_system": ALL},
        grants={"app_system": APPEND},
    ),
    Protected("letters_letter", **own_rows(grants={"app_system": APPEND})),
]
