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
    "booking:photo": EVERYBODY,
    "booking:free": EVERYBODY,
    # Whoever holds the secret address.
    "booking:ics": EVERYBODY,
    "booking:kiosk": EVERYBODY,
    "booking:book": FIRMS,
    "booking:enter": FIRMS,
    "booking:agree": FIRMS,
    "booking:mine": FIRMS,
    "booking:calendar_new": FIRMS,
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
    "booking:ledger_calendar": STAFF,
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
    "booking:use": STAFF,
    "booking:machine_edit": STAFF,
    "booking:machine_stop": STAFF,
    "booking:photo_edit": STAFF,
    "booking:machine_resume": STAFF,
    "booking:maintenance": STAFF,
    "booking:maintenance_remove": STAFF,
    "booking:closure_remove": STAFF,
    "booking:visit_take_back": STAFF,
    "booking:certificate_withdraw": STAFF,
    "booking:incident_close": STAFF,
}

EVENTS: dict[str, str | set[str]] = {
    "events:events": EVERYBODY,
    "events:event": EVERYBODY,
    # Whoever holds the secret address.
    "events:ics": EVERYBODY,
    "events:door": EVERYBODY,
    "events:enter": FIRMS,
    "events:register": FIRMS,
    "events:showcase": FIRMS,
    "events:mine": FIRMS,
    "events:calendar_new": FIRMS,
    "events:registration": {"owner"},
    "events:accept": {"owner"},
    "events:withdraw": {"owner"},
    "events:slot_withdraw": {"owner"},
    "events:material": {"owner", "lab_staff", "auditor"},
    "events:home": READERS,
    "events:board": READERS,
    "events:files": READERS,
    "events:vendors": READERS,
    "events:slot": READERS,
    "events:event_new": STAFF,
    "events:event_edit": STAFF,
    "events:programmes": STAFF,
    "events:attendance": STAFF,
    "events:walk_in": STAFF,
    "events:act": STAFF,
    "events:remove": STAFF,
    "events:material_remove": STAFF,
}

_SEARCHERS = {
    "owner",
    "rival",
    "reviewer",
    "approver",
    "ward_admin",
    "reviewer_ota",
    "advisor",
    "lab_staff",
    "auditor",
}
# Until the firm has confirmed: the firm, and who may prefill for it.
_KEEPERS = {"owner", "reviewer", "advisor", "lab_staff"}

NAKAMA: dict[str, str | set[str]] = {
    # What firms show of themselves is shown to the firms of all wards
    "nakama:search": _SEARCHERS,
    "nakama:profile": _SEARCHERS,
    "nakama:mine": {"owner", "rival"},
    "nakama:band": {"owner", "rival"},
    "nakama:prefill": {"reviewer", "reviewer_ota", "advisor", "lab_staff"},
    "nakama:words": {"lab_staff"},
    "nakama:settle": {"lab_staff"},
    "nakama:aliases": {"lab_staff"},
    "nakama:alias": {"lab_staff"},
    "nakama:edit": _KEEPERS,
    "nakama:tell": _KEEPERS,
    "nakama:processes": _KEEPERS,
    "nakama:process_add": _KEEPERS,
    "nakama:process": _KEEPERS,
    "nakama:machines": _KEEPERS,
    "nakama:certificates": _KEEPERS,
    "nakama:weeks": _KEEPERS,
    "nakama:move": {"owner"},
}

# A case is its firms': buyer and hubs, who was asked, who does a step. The lab helps without names;
# offices read counts.
CASES: dict[str, str | set[str]] = {
    "cases:list": {"owner", "rival"},
    "cases:new": {"owner", "rival"},
    "cases:templates": {"owner", "rival"},
    "cases:answer": "everybody",
    "cases:lab": {"lab_staff"},
    "cases:lab_case": {"lab_staff"},
    "cases:counts": {
        "reviewer",
        "approver",
        "ward_admin",
        "reviewer_ota",
        "policy",
        "auditor",
        "lab_staff",
    },
    "cases:invitation": {"owner", "lab_staff"},
    "cases:appeal": {"owner", "lab_staff"},
    **{
        name: {"owner"}
        for name in (
            "cases:edit",
            "cases:case",
            "cases:hubs",
            "cases:end",
            "cases:nda",
            "cases:drawings",
            "cases:drawing",
            "cases:steps",
            "cases:team",
            "cases:waves",
            "cases:award",
            "cases:orders",
            "cases:order",
            "cases:order_pdf",
            "cases:order_ratings",
            "cases:board",
            "cases:photo",
            "cases:ratings",
        )
    },
}

EXCHANGE: dict[str, str | set[str]] = {
    "exchange:board": {"owner", "rival"},
    "exchange:listing_new": {"owner", "rival"},
    "exchange:listing": {"owner", "lab_staff", "auditor"},
    "exchange:pairing": {"owner", "lab_staff", "auditor"},
    "exchange:desk": {"lab_staff", "auditor"},
    "exchange:pair_up": {"lab_staff"},
    "exchange:fairs": {"owner", "rival", "lab_staff", "auditor"},
    "exchange:fair_new": {"lab_staff"},
    "exchange:fair": {"owner", "rival", "lab_staff", "auditor"},
    "exchange:wishes": {"owner"},
    "exchange:sheets": {"owner", "lab_staff", "auditor"},
    "exchange:purchases": {"owner", "rival", "lab_staff", "auditor"},
    "exchange:purchase_new": {"lab_staff"},
    "exchange:purchase": {"owner", "rival", "lab_staff", "auditor"},
    "exchange:joints": {
        *("owner", "rival", "lab_staff", "auditor"),
        *("reviewer", "approver", "ward_admin", "reviewer_ota"),
    },
    "exchange:joint_new": {"owner", "rival"},
    # An office reads how far those of its ward are.
    "exchange:joint": {
        *("owner", "rival", "lab_staff", "auditor"),
        *("reviewer", "approver", "ward_admin"),
    },
    "exchange:joint_split": {"owner"},
    "exchange:matches": {
        *("owner", "rival", "lab_staff", "auditor"),
        *("reviewer", "approver", "ward_admin", "reviewer_ota"),
    },
    "exchange:match_new": {
        *("owner", "rival", "lab_staff", "reviewer", "ward_admin", "reviewer_ota"),
    },
    "exchange:match": {
        *("owner", "lab_staff", "auditor"),
        *("reviewer", "approver", "ward_admin"),
    },
    "exchange:run": {"lab_staff", "auditor"},
    "exchange:wards": {
        *("reviewer", "approver", "ward_admin", "reviewer_ota"),
        *("lab_staff", "policy", "auditor"),
    },
}

_OFFICIALS = {"reviewer", "approver", "ward_admin", "reviewer_ota"}
# The members' own: of the wards, too, which belong to it. The partner of this world is a bank's.
_MEMBERS = {*_OFFICIALS, "lab_staff", "partner", "auditor"}
_PAPERS = {"owner", "lab_staff", "auditor"}

CONSORTIUM: dict[str, str | set[str]] = {
    "consortium:projects": {*FIRMS, "lab_staff", "partner", "auditor"},
    "consortium:project_new": FIRMS,
    "consortium:project": _PAPERS,
    "consortium:project_file": _PAPERS,
    "consortium:referrals": {*FIRMS, "partner"},
    "consortium:referral_new": FIRMS,
    "consortium:referral": {"owner", "partner"},
    "consortium:referral_file": {"owner", "partner"},
    "consortium:collabs": {*FIRMS, *_OFFICIALS, "lab_staff", "auditor"},
    "consortium:collab_new": STAFF,
    "consortium:collab": {"owner", "reviewer", "approver", "ward_admin", "lab_staff", "auditor"},
    "consortium:collab_file": _PAPERS,
    "consortium:counts": COUNTERS,
    "consortium:meetings": _MEMBERS,
    "consortium:meeting_new": STAFF,
    "consortium:meeting": _MEMBERS,
    "consortium:documents": _MEMBERS,
    "consortium:document_file": _MEMBERS,
    "consortium:members": {*FIRMS, *_MEMBERS},
    "consortium:member_new": STAFF,
    "consortium:member": {"lab_staff", "partner", "auditor"},
}

LAB = {**BOOKING, **EVENTS, **NAKAMA, **CASES, **EXCHANGE, **CONSORTIUM}
