"""Who may open what in the rooms above all modules; part of access_matrix.py."""

EVERYBODY = "everybody"

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

NAVI: dict[str, str | set[str]] = {}

AUDITING: dict[str, str | set[str]] = {}

MANUALS: dict[str, str | set[str]] = {}

# Absence, delegation, hand-over, announcements between wards, the one inbox
DUTY: dict[str, str | set[str]] = {}

PORTAL = SITE | SEARCH | NAVI | AUDITING | MANUALS | DUTY
