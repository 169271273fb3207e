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
OWN_WARD = {"reviewer", "approver", "ward_admin"}
SUPPORTERS = {"committee", "advisor", "lecturer", "lab_staff", "partner"}
WORKING = WARD_STAFF | SUPPORTERS | {"policy"}

DUTY: dict[str, str | set[str]] = {
    "duty:inbox": WORKING,
    "duty:inbox_csv": WORKING,
    "duty:absences": WARD_STAFF,
    "duty:absence_new": WARD_STAFF,
    "duty:absence_stop": OWN_WARD,
    "duty:handovers": WARD_STAFF,
    "duty:handover_sheet": OWN_WARD,
    # Officials of all wards and policy staff tell each other; never a firm
    "duty:announcements": WARD_STAFF | {"policy"},
    "duty:announcement_new": WARD_STAFF | {"policy"},
    "duty:announcement_mark": WARD_STAFF | {"policy"},
    "duty:announcement_take_down": WARD_STAFF | {"policy"},
}

PORTAL = SITE | SEARCH | NAVI | AUDITING | MANUALS | DUTY
