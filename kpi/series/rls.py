"""Row policies of the room: accounts name firms, so a ward sees those of its own; figures are all staff's.

What was handed in belongs to the ward that did, or (no ward) to policy staff, who see no firm's accounts.
"""

from portal.kernel.rls import ALL, APPEND, EDIT, FULL, WARD, Protected, exists, own_rows

_STAFF = dict.fromkeys(("app_official", "app_policy", "app_auditor", "app_system"), ALL)
_WRITERS = {"app_firm": APPEND, "app_official": APPEND, "app_system": APPEND}
_OF_INTAKE = exists("series_intake intake", "intake.id = series_intakerow.intake_id")

TABLES: list[Protected] = [
    Protected("series_accounts", **own_rows(grants=_WRITERS)),
    Protected("series_consent", **own_rows(grants=_WRITERS)),
    Protected(
        "series_intake",
        rows={
            "app_official": f"ward_id = {WARD}",
            "app_policy": "ward_id IS NULL",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_official": EDIT, "app_policy": EDIT, "app_system": EDIT},
    ),
    Protected(
        "series_intakerow",
        rows={
            "app_official": _OF_INTAKE,
            "app_policy": _OF_INTAKE,
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_official": EDIT, "app_policy": EDIT, "app_system": FULL},
    ),
    Protected("series_edition", rows=_STAFF, grants={"app_system": EDIT}),
    Protected("series_statistic", rows=_STAFF, grants={"app_system": EDIT}),
    Protected("series_deflator", rows=_STAFF, grants={"app_system": EDIT}),
    Protected("series_deflatoryear", rows=_STAFF, grants={"app_system": APPEND}),
    Protected("series_panel", rows=_STAFF, grants={"app_system": FULL}),
]
