"""Who may open what in the rooms above all modules; part of access_matrix.py."""

EVERYBODY = "everybody"

# The public site; the editor itself (/cms/) has tests of its own
SITE: dict[str, str | set[str]] = {}

SEARCH: dict[str, str | set[str]] = {}

NAVI: dict[str, str | set[str]] = {}

AUDITING: dict[str, str | set[str]] = {}

MANUALS: dict[str, str | set[str]] = {}

# Absence, delegation, hand-over, announcements between wards, the one inbox
WARD_STAFF = {"reviewer", "approver", "ward_admin", "reviewer_ota"}
SUPPORTERS = {"committee", "advisor", "lecturer", "lab_staff", "partner"}
WORKING = WARD_STAFF | SUPPORTERS | {"policy"}

DUTY: dict[str, str | set[str]] = {
    "duty:inbox": WORKING,
    "duty:inbox_csv": WORKING,
}

PORTAL = SITE | SEARCH | NAVI | AUDITING | MANUALS | DUTY
