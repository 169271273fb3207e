"""Row policies of inspection, accounts, payments, hearings and recoveries; part of rls.py.

A firm writes its account while its claim is a draft or returned, and its statement in a hearing;
everything else here is the ward's to write. The inspection is the ward's own.
"""

from portal.kernel.rls import (
    ALL,
    EDIT,
    FIRM,
    WARD,
    Events,
    Protected,
    child_rows,
    exists,
    moves_told,
    own_rows,
)
from subsidies.grants import money_states, states

_OFFICIALS = states.REVIEWER | states.APPROVER
_EDITABLE = ", ".join(f"'{status}'" for status in states.EDITABLE)
_OPEN_CLAIM = exists(
    "grants_filing parent",
    f"parent.id = filing_id AND parent.firm_id = {FIRM} AND parent.status IN ({_EDITABLE})",
)
# A draft's account is nobody's business but the firm's.
_SUBMITTED_CLAIM = exists(
    "grants_filing parent", "parent.id = filing_id AND parent.submitted_at IS NOT NULL"
)
_APPEND = "SELECT, INSERT"

EVENTS = [
    Events(
        "grants_hearing",
        {
            "app_firm": moves_told(
                "grants_hearing", money_states.HEARING, states.FIRM, key="hearing_id"
            ),
            "app_official": moves_told(
                "grants_hearing",
                money_states.HEARING,
                _OFFICIALS,
                key="hearing_id",
                also=[("grants.hearing_asked", money_states.ASKED)],
            ),
        },
    ),
    Events(
        "grants_recovery",
        {
            "app_official": moves_told(
                "grants_recovery",
                money_states.RECOVERY,
                _OFFICIALS,
                key="recovery_id",
                also=[
                    ("grants.recovery_charged", money_states.OWED),
                    ("grants.recovery_returned", money_states.OWED),
                ],
            ),
        },
    ),
]

TABLES = [
    Protected(
        "grants_inspection",
        rows={"app_official": f"ward_id = {WARD}", "app_auditor": ALL, "app_system": ALL},
        grants={"app_official": EDIT, "app_system": EDIT},
    ),
    Protected(
        "grants_claimaccount",
        rows={
            "app_firm": f"firm_id = {FIRM}",
            "app_official": f"ward_id = {WARD} AND {_SUBMITTED_CLAIM}",
            "app_auditor": _SUBMITTED_CLAIM,
            "app_system": ALL,
        },
        checks={"app_firm": f"firm_id = {FIRM} AND {_OPEN_CLAIM}"},
        grants={"app_firm": EDIT, "app_system": EDIT},
    ),
    Protected("grants_payment", **own_rows(grants={"app_official": _APPEND, "app_system": EDIT})),
    Protected(
        "grants_hearing",
        **own_rows(
            grants={
                "app_firm": "SELECT, UPDATE (status, statement, stated_at)",
                "app_official": EDIT,
                "app_system": EDIT,
            }
        ),
    ),
    Protected("grants_recovery", **own_rows(grants={"app_official": EDIT, "app_system": EDIT})),
    Protected(
        "grants_recoverypayment",
        **child_rows(
            parent="grants_recovery",
            key="recovery_id",
            grants={"app_official": _APPEND, "app_system": _APPEND},
        ),
    ),
]
