"""Row policies of the bookings (docs/adr/0040-booking.md). Only the system writes.

What there is to book and when it is taken is public: `booking_booking` names no firm. Who comes, what
for and what it costs is seen by the firm, its ward, the host ward and the lab's staff (app_public,
by their role: advisors and lecturers share that database role).
"""

from portal.kernel.rls import (
    ALL,
    APPEND,
    EDIT,
    FIRM,
    FULL,
    ROLES,
    USER,
    WARD,
    Protected,
    exists,
)

# The reader holds the role in the host ward, today.
_STAFF = exists(
    "accounts_assignment a",
    f"a.user_id = {USER} AND a.role = 'lab_staff' AND a.ward_id = {{table}}.ward_id"
    " AND a.ward_id = " + WARD + " AND a.revoked_at IS NULL AND a.valid_from <= CURRENT_DATE"
    " AND (a.valid_to IS NULL OR a.valid_to >= CURRENT_DATE)",
)
_ASSIGNED = frozenset({"accounts_assignment"})


def _public(table: str, system: str = EDIT) -> Protected:
    return Protected(table, rows=dict.fromkeys(ROLES, ALL), grants={"app_system": system})


def _of_firm(table: str, *, official: str, system: str = EDIT, firm: bool = True) -> Protected:
    """Rows with a host ward and a firm."""
    rows = {
        "app_public": _STAFF.format(table=table),
        "app_official": official,
        "app_auditor": ALL,
        "app_system": ALL,
    }
    if firm:
        rows["app_firm"] = f"firm_id = {FIRM}"
    return Protected(table, rows=rows, grants={"app_system": system}, asks=_ASSIGNED)


_BOTH = f"ward_id = {WARD} OR firm_ward_id = {WARD}"
_HOST = f"ward_id = {WARD}"


def _with(table: str, parent: str, key: str, system: str) -> Protected:
    """Read with its parent, whose own policy decides."""
    seen = exists(f"{parent} p", f"p.id = {table}.{key}")
    return Protected(
        table,
        rows={
            **dict.fromkeys(("app_public", "app_firm", "app_official"), seen),
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": system},
    )


TABLES = [
    _public("booking_lab"),
    _public("booking_openinghours", FULL),
    _public("booking_closure", FULL),
    _public("booking_quota", FULL),
    _public("booking_machine"),
    _public("booking_machine_accessories", FULL),
    _public("booking_machinephoto", FULL),
    _public("booking_maintenance", FULL),
    _public("booking_standstill"),
    _public("booking_feetable", APPEND),
    _public("booking_feeline", APPEND),
    _public("booking_agreement", APPEND),
    _public("booking_booking"),
    Protected(
        "booking_series",
        rows={"app_firm": f"firm_id = {FIRM}", "app_auditor": ALL, "app_system": ALL},
        grants={"app_system": APPEND},
    ),
    # Which address of a calendar works: asked by whoever fetches it, without a sign-in.
    Protected("booking_feed", rows={"app_system": ALL}, grants={"app_system": EDIT}),
    _of_firm("booking_reservation", official=_BOTH),
    _of_firm("booking_turn", official=_HOST),
    _with("booking_turn_machines", "booking_turn", "turn_id", FULL),
    Protected(
        "booking_acceptance",
        rows={"app_firm": f"firm_id = {FIRM}", "app_auditor": ALL, "app_system": ALL},
        grants={"app_system": APPEND},
    ),
    _of_firm("booking_certificate", official=_HOST),
    _of_firm("booking_trialreport", official=_HOST),
    _of_firm("booking_visit", official=_BOTH, system=APPEND),
    _of_firm("booking_incident", official=_HOST, firm=False),
    Protected(
        "booking_consumable",
        rows={
            "app_public": _STAFF.format(table="booking_consumable"),
            "app_official": _HOST,
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_system": EDIT},
        asks=_ASSIGNED,
    ),
    _with("booking_consumableuse", "booking_consumable", "consumable_id", APPEND),
]
