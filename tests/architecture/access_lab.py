"""Who may open what in the lab; part of access_matrix.py."""

BOOKING: dict[str, str | set[str]] = {}

EVENTS: dict[str, str | set[str]] = {}

NAKAMA: dict[str, str | set[str]] = {}

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
