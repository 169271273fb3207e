"""Row policies of the selection: the ward its own; a firm its own result once it is approved."""

from portal.kernel.rls import ALL, EDIT, FIRM, WARD, Events, Protected, event_told, moves_told
from subsidies.selection import states

_OWN_WARD = f"ward_id = {WARD}"


def _ours(table: str, office: str) -> Protected:
    return Protected(
        table,
        rows={"app_official": _OWN_WARD, "app_auditor": ALL, "app_system": ALL},
        grants={"app_official": office, "app_system": EDIT},
    )


TABLES = [
    _ours(
        "selection_selection",
        "SELECT, INSERT, UPDATE (status, approved_by_id, approved_at, document_numbers)",
    ),
    # Rows arise with the approval only, so whatever a firm sees has been decided.
    Protected(
        "selection_choice",
        rows={
            "app_official": _OWN_WARD,
            "app_firm": f"firm_id = {FIRM}",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={
            "app_official": "SELECT, INSERT, UPDATE (status, reason, quotes_checked_by_id, quotes_checked_at)",
            "app_system": EDIT,
        },
    ),
    _ours(
        "selection_mark",
        "SELECT, INSERT, UPDATE (lifted_by_id, lifted_at, lifted_reason)",
    ),
    _ours("selection_minutes", EDIT),
]

EVENTS = [
    Events(
        "selection_selection",
        {
            "app_official": moves_told(
                "selection_selection",
                states.SELECTION,
                states.REVIEWER | states.APPROVER,
                key="selection_id",
                also=[("selection.proposed", states.PROPOSED)],
            )
        },
    ),
    Events(
        "selection_choice",
        {
            "app_official": moves_told(
                "selection_choice", states.CHOICE, states.REVIEWER, key="choice_id"
            )
        },
    ),
    Events(
        "selection_mark",
        {
            "app_official": event_told(
                "selection_mark",
                "mark_id",
                "kernel_outboxevent.name = 'selection.hold_lifted'"
                " AND told.is_held AND told.lifted_at IS NOT NULL",
            )
        },
    ),
]
