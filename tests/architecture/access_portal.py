"""Who may open what in the rooms above all modules; part of access_matrix.py."""

EVERYBODY = "everybody"
SIGNED_IN = "signed in"

# The public site; the editor itself (/cms/) has tests of its own
SITE: dict[str, str | set[str]] = {
    "wagtail_serve": EVERYBODY,
    "wagtaildocs_serve": EVERYBODY,
    "site:sitemap": EVERYBODY,
    "site:robots": EVERYBODY,
    "site:feed": EVERYBODY,
    "site:ward_feed": EVERYBODY,
    "site:picture": EVERYBODY,
    # News by mail: whoever has the link
    "mailing:subscribe": EVERYBODY,
    "mailing:subscribe_ward": EVERYBODY,
    "mailing:asked": EVERYBODY,
    "mailing:confirm": EVERYBODY,
    "mailing:stop": EVERYBODY,
}

SEARCH: dict[str, str | set[str]] = {
    "search:site": EVERYBODY,
    "search:office": {"reviewer", "approver", "ward_admin", "reviewer_ota", "auditor", "advisor"},
}

# Asked and answered signed out; a firm keeps results and begins applications with them
NAVI: dict[str, str | set[str]] = {
    "navi:start": EVERYBODY,
    "navi:question": EVERYBODY,
    "navi:result": EVERYBODY,
    "navi:forget": EVERYBODY,
    "navi:keep": {"owner", "rival"},
    "navi:begin": {"owner", "rival", "nobody"},
    "navi:go": SIGNED_IN,
    "navi:kept": {"owner", "rival"},
    "navi:kept_one": {"owner"},
}

AUDITING: dict[str, str | set[str]] = {
    "auditing:samples": {"auditor"},
    "auditing:draw": {"auditor"},
    "auditing:sample": {"auditor"},
    "auditing:item": {"auditor"},
    "auditing:move": {"auditor"},
    "auditing:cases": {"auditor"},
    "auditing:purpose": {"auditor"},
    "auditing:case": {"auditor"},
    "auditing:order_bundle": {"auditor"},
    "auditing:violations": {"auditor"},
    "auditing:overrides": {"auditor"},
    "auditing:recounts": {"auditor"},
    "auditing:recount": {"auditor"},
    "auditing:job": {"auditor"},
    "auditing:cancel": {"auditor"},
    "auditing:download": {"auditor"},
    "auditing:verify": {"auditor"},
}

# The staff's own are refused inside, see tests/manuals
MANUALS: dict[str, str | set[str]] = {
    "manuals:index": EVERYBODY,
    "manuals:manual": EVERYBODY,
    "manuals:help": EVERYBODY,
}

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
    "duty:announcement_file": WARD_STAFF | {"policy"},
    "duty:announcement_mark": WARD_STAFF | {"policy"},
    "duty:announcement_take_down": WARD_STAFF | {"policy"},
}

PORTAL = SITE | SEARCH | NAVI | AUDITING | MANUALS | DUTY
