"""Who may open what in the rooms above all modules; part of access_matrix.py."""

EVERYBODY = "everybody"

# The public site; the editor itself (/cms/) has tests of its own
SITE: dict[str, str | set[str]] = {}

SEARCH: dict[str, str | set[str]] = {}

NAVI: dict[str, str | set[str]] = {}

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

MANUALS: dict[str, str | set[str]] = {}

# Absence, delegation, hand-over, announcements between wards, the one inbox
DUTY: dict[str, str | set[str]] = {}

PORTAL = SITE | SEARCH | NAVI | AUDITING | MANUALS | DUTY
