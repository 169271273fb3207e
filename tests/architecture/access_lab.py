"""Who may open what in the lab; part of access_matrix.py."""

EVERYBODY = "everybody"
FIRMS = {"owner", "rival"}
STAFF, READERS = {"lab_staff"}, {"lab_staff", "auditor"}
# Host or not, officials count; names are the staff's and the auditor's.
COUNTERS = {"lab_staff", "reviewer", "approver", "ward_admin", "reviewer_ota", "policy", "auditor"}

BOOKING: dict[str, str | set[str]] = {
    "booking:labs": EVERYBODY,
    "booking:week": EVERYBODY,
    "booking:machine": EVERYBODY,
    "booking:free": EVERYBODY,
    # Whoever holds the secret address.
    "booking:ics": EVERYBODY,
    "booking:kiosk": EVERYBODY,
    "booking:book": FIRMS,
    "booking:enter": FIRMS,
    "booking:agree": FIRMS,
    "booking:mine": FIRMS,
    "booking:leave": {"owner"},
    "booking:trial_result": {"owner"},
    "booking:trial_consent": {"owner"},
    "booking:reservation": {"owner"},
    "booking:cancel": {"owner"},
    "booking:move": {"owner"},
    "booking:accept": {"owner"},
    "booking:trial": {"owner"},
    "booking:home": READERS,
    "booking:utilisation": COUNTERS,
    "booking:ledger": READERS,
    "booking:queue": READERS,
    "booking:machines": READERS,
    "booking:closures": READERS,
    "booking:fees": READERS,
    "booking:visits": READERS,
    "booking:certificates": READERS,
    "booking:incidents": READERS,
    "booking:consumables": READERS,
    "booking:desk": READERS,
    "booking:machine_new": STAFF,
    "booking:act": STAFF,
    "booking:machine_edit": STAFF,
    "booking:machine_stop": STAFF,
    "booking:machine_resume": STAFF,
    "booking:maintenance": STAFF,
    "booking:closure_remove": STAFF,
    "booking:visit_take_back": STAFF,
    "booking:certificate_withdraw": STAFF,
    "booking:incident_close": STAFF,
}

EVENTS: dict[str, str | set[str]] = {}

NAKAMA: dict[str, str | set[str]] = {}

CASES: dict[str, str | set[str]] = {}

EXCHANGE: dict[str, str | set[str]] = {}

CONSORTIUM: dict[str, str | set[str]] = {}

LAB = {**BOOKING, **EVENTS, **NAKAMA, **CASES, **EXCHANGE, **CONSORTIUM}
