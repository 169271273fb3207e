"""Who may open what in the lab; part of access_matrix.py."""

BOOKING: dict[str, str | set[str]] = {}

EVENTS: dict[str, str | set[str]] = {}

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

CASES: dict[str, str | set[str]] = {}

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
    "exchange:wards": {
        *("reviewer", "approver", "ward_admin", "reviewer_ota"),
        *("lab_staff", "policy", "auditor"),
    },
}

CONSORTIUM: dict[str, str | set[str]] = {}

LAB = {**BOOKING, **EVENTS, **NAKAMA, **CASES, **EXCHANGE, **CONSORTIUM}
