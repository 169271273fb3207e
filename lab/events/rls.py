"""Row policies of the events (docs/adr/0045-events.md). Only the system writes.

What is announced is public, with the vendors that were approved. Who comes is seen by the firm, its ward,
the host ward and the host lab's staff (app_public, by their role). Who answers for a vendor, and what
binds it to the ward, is seen by its own firm and the staff.
"""

from portal.kernel.rls import ALL, APPEND, EDIT, FIRM, FULL, ROLES, USER, WARD, Protected, exists

_ASSIGNED = frozenset({"accounts_assignment"})
_HOST = f"ward_id = {WARD}"
_BOTH = f"ward_id = {WARD} OR firm_ward_id = {WARD}"


def _staff(table: str) -> str:
    """The reader holds the role in the host ward, today."""
    return exists(
        "accounts_assignment a",
        f"a.user_id = {USER} AND a.role = 'lab_staff' AND a.ward_id = {table}.ward_id"
        f" AND a.ward_id = {WARD} AND a.revoked_at IS NULL AND a.valid_from <= CURRENT_DATE"
        " AND (a.valid_to IS NULL OR a.valid_to >= CURRENT_DATE)",
    )


def _with(table: str, parent: str, key: str, system: str, *, policy: bool = False) -> Protected:
    """Read with its parent, whose own policy decides."""
    seen = exists(f"{parent} p", f"p.id = {table}.{key}")
    roles = ["app_public", "app_firm", "app_official", *(["app_policy"] if policy else [])]
    return Protected(
        table,
        rows={**dict.fromkeys(roles, seen), "app_auditor": ALL, "app_system": ALL},
        grants={"app_system": system},
    )


_PUBLISHED = "status <> 'draft'"
_SEAT = "r.event_id = events_material.event_id AND r.status = 'registered'"

TABLES = [
    Protected("events_programme", rows=dict.fromkeys(ROLES, ALL), grants={"app_system": EDIT}),
    Protected(
        "events_event",
        rows={
            **dict.fromkeys(("app_firm", "app_policy"), _PUBLISHED),
            "app_public": f"{_PUBLISHED} OR {_staff('events_event')}",
            "app_official": f"{_PUBLISHED} OR {_HOST}",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": EDIT},
        asks=_ASSIGNED,
    ),
    _with("events_eventmachine", "events_event", "event_id", FULL, policy=True),
    Protected(
        "events_registration",
        rows={
            "app_public": _staff("events_registration"),
            "app_firm": f"firm_id = {FIRM}",
            "app_official": _BOTH,
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": EDIT},
        asks=_ASSIGNED,
    ),
    _with("events_attendance", "events_registration", "registration_id", APPEND),
    Protected(
        "events_heldfact",
        rows={
            "app_public": _staff("events_heldfact"),
            "app_official": _HOST,
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": APPEND},
        asks=_ASSIGNED,
    ),
    Protected(
        "events_slot",
        rows={
            "app_policy": "status = 'approved'",
            "app_public": f"status = 'approved' OR {_staff('events_slot')}",
            # The applicant's own policy leaves a firm its own.
            "app_firm": "status = 'approved' OR "
            + exists("events_slotapplicant s", "s.slot_id = events_slot.id"),
            "app_official": f"status = 'approved' OR {_HOST}",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": EDIT},
        asks=_ASSIGNED,
    ),
    Protected(
        "events_slotapplicant",
        rows={
            "app_public": _staff("events_slotapplicant"),
            "app_firm": f"firm_id = {FIRM}",
            "app_official": _HOST,
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": EDIT},
        asks=_ASSIGNED,
    ),
    Protected(
        "events_material",
        rows={
            "app_public": exists(
                "events_event e",
                f"e.id = events_material.event_id AND {_staff('e')}",
            ),
            "app_firm": exists(
                "events_registration r",
                f"{_SEAT} AND r.firm_id = {FIRM}"
                " AND (events_material.shown = 'registered' OR r.attended_on IS NOT NULL)",
            ),
            "app_official": exists(
                "events_event e", f"e.id = events_material.event_id AND e.ward_id = {WARD}"
            ),
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": FULL},
        asks=_ASSIGNED,
    ),
]
