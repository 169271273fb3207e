"""Row policies of the subsidies (docs/adr/0002-isolation.md).

Schemes and calls are public. A firm sees its own applications, an official those of the own ward
once they are submitted, an auditor the same of every ward; a draft is the firm's alone. What hangs
on an application is seen with it, except what is the ward's own business: the check list, the
budget's ledger, and a decision before it is approved.
"""

from portal.accounts.rls import ReadByAll
from portal.kernel.rls import (
    ALL,
    APPEND,
    EDIT,
    FIRM,
    FULL,
    READ,
    WARD,
    Events,
    Protected,
    child_rows,
    event_told,
    exists,
    moves_told,
    own_rows,
)
from subsidies import states
from subsidies.grant_states import GRANT, IN_PROGRESS

SUBMITTED = "status <> 'draft'"
# A firm says when it has answered a request for correction; what was asked is not its to write.
ANSWER = "SELECT, UPDATE (answered_at)"
_OF_OWN_WARD = exists("{table} parent", f"parent.id = {{key}} AND parent.ward_id = {WARD}")
_SEEN = exists("subsidies_application parent", "parent.id = application_id")
_AUDITED = exists(
    "subsidies_application parent", "parent.id = application_id AND parent.status <> 'draft'"
)
_OWN = {"app_official": f"ward_id = {WARD}", "app_auditor": ALL, "app_system": ALL}


def _part(table: str, *, firm: str, official: str) -> Protected:
    """What firm and official both see with the application; `firm` and `official` are grants."""
    shared = child_rows(
        parent="subsidies_application",
        key="application_id",
        grants={"app_firm": firm, "app_official": official, "app_system": FULL},
    )
    return Protected(
        table, rows={**shared["rows"], "app_auditor": _AUDITED}, grants=shared["grants"]
    )


def _may_tell(roles: frozenset[str]) -> str:
    """Moves of an application, and messages about one that was submitted."""
    messages = [
        ("subsidies.message_posted", state.code)
        for state in states.APPLICATION.states
        if state.code != states.DRAFT
    ]
    return moves_told(
        "subsidies_application", states.APPLICATION, roles, key="application_id", also=messages
    )


EVENTS = [
    Events(
        "subsidies_application",
        {
            "app_firm": _may_tell(states.FIRM),
            "app_official": _may_tell(states.REVIEWER | states.APPROVER),
        },
    ),
    Events(
        "subsidies_grant",
        {
            "app_firm": moves_told("subsidies_grant", GRANT, states.FIRM, key="grant_id"),
            "app_official": moves_told(
                "subsidies_grant",
                GRANT,
                states.REVIEWER | states.APPROVER,
                key="grant_id",
                # An advance moves no status; the firm is told all the same.
                also=[("subsidies.advance_paid", IN_PROGRESS)],
            ),
        },
    ),
    # 予算の変更 moves no status: the ward's own call, as its row stands.
    Events(
        "subsidies_call",
        {
            "app_official": event_told(
                "subsidies_call", "call_id", "kernel_outboxevent.name = 'subsidies.budget_changed'"
            )
        },
    ),
]

TABLES = [
    ReadByAll(
        "subsidies_scheme",
        rows={"app_official": f"ward_id = {WARD}", "app_system": ALL},
        grants={"app_official": EDIT, "app_system": EDIT},
    ),
    ReadByAll(
        "subsidies_schemeversion",
        rows={
            "app_official": _OF_OWN_WARD.format(table="subsidies_scheme", key="scheme_id"),
            "app_system": ALL,
        },
        grants={"app_official": FULL, "app_system": FULL},
    ),
    ReadByAll(
        "subsidies_call",
        rows={"app_official": f"ward_id = {WARD}", "app_system": ALL},
        grants={"app_official": EDIT, "app_system": EDIT},
    ),
    # The seal and the limits of 専決: the ward's own business.
    Protected("subsidies_wardrules", rows=_OWN, grants={"app_official": EDIT, "app_system": EDIT}),
    Protected(
        "subsidies_approvallimit", rows=_OWN, grants={"app_official": FULL, "app_system": FULL}
    ),
    ReadByAll(
        "subsidies_documenttemplate",
        rows={"app_official": f"ward_id = {WARD}", "app_system": ALL},
        grants={"app_official": EDIT, "app_system": EDIT},
    ),
    Protected(
        "subsidies_application",
        rows={
            "app_firm": f"firm_id = {FIRM}",
            "app_official": f"ward_id = {WARD} AND {SUBMITTED}",
            "app_auditor": SUBMITTED,
            "app_system": ALL,
        },
        grants={"app_firm": FULL, "app_official": EDIT, "app_system": FULL},
    ),
    # Filled by a trigger, read by a function of app_keeper; no role touches it (migration 0002).
    Protected("subsidies_applicationsearch", rows={}),
    Protected("subsidies_searchgram", rows={}),
    # A firm reports and claims; the rest of a grant is the ward's to write.
    Protected(
        "subsidies_grant",
        **own_rows(
            grants={
                "app_firm": "SELECT, UPDATE (status, completed_on)",
                "app_official": EDIT,
                "app_system": EDIT,
            }
        ),
    ),
    _part("subsidies_expenseline", firm=FULL, official=READ),
    _part("subsidies_applicationdocument", firm=FULL, official=READ),
    # UPDATE for the receipt alone, which a trigger enforces.
    Protected(
        "subsidies_applicationversion",
        **child_rows(
            parent="subsidies_application",
            key="application_id",
            grants={"app_firm": APPEND, "app_official": READ, "app_system": EDIT},
        ),
    ),
    _part("subsidies_correction", firm=ANSWER, official=APPEND),
    Protected(
        "subsidies_documentcheck",
        rows={"app_official": _SEEN, "app_auditor": ALL, "app_system": ALL},
        grants={"app_official": EDIT, "app_system": FULL},
    ),
    # What was confirmed stays confirmed; another figure is asked about again.
    # A draft that its firm throws away takes them along.
    _part("subsidies_figureconfirmation", firm="SELECT, INSERT, DELETE", official=READ),
    _part("subsidies_message", firm=APPEND, official=APPEND),
    Protected(
        "subsidies_decision",
        rows={
            "app_firm": f"approved_at IS NOT NULL AND {_SEEN}",
            "app_official": _SEEN,
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_official": EDIT, "app_system": EDIT},
    ),
    Protected(
        "subsidies_budgetentry",
        rows={
            "app_official": _OF_OWN_WARD.format(table="subsidies_call", key="call_id"),
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_official": APPEND, "app_system": APPEND},
    ),
]
