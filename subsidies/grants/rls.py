"""Row policies of what happens after the decision.

A firm sees its own filings and rulings once they are ruled; a ward's officials what was submitted
to their ward and every ruling of it.
"""

from portal.kernel.rls import (
    ALL,
    EDIT,
    FIRM,
    FULL,
    WARD,
    Events,
    Protected,
    child_rows,
    exists,
    moves_told,
    own_rows,
)
from subsidies.grants import money_rls, states

_OFFICIALS = states.REVIEWER | states.APPROVER
SUBMITTED = "submitted_at IS NOT NULL"

EVENTS = [
    *money_rls.EVENTS,
    Events(
        "grants_filing",
        {
            "app_firm": moves_told("grants_filing", states.FILING, states.FIRM, key="filing_id"),
            "app_official": moves_told("grants_filing", states.FILING, _OFFICIALS, key="filing_id"),
        },
    ),
    Events(
        "grants_ruling",
        {
            "app_official": moves_told(
                "grants_ruling",
                states.RULING,
                _OFFICIALS,
                key="ruling_id",
                also=[("grants.ruling_proposed", states.PROPOSED)],
            ),
        },
    ),
    Events(
        "grants_progressrequest",
        {
            "app_official": moves_told(
                "grants_progressrequest",
                states.REQUEST,
                _OFFICIALS,
                key="request_id",
                also=[("grants.progress_requested", states.OPEN_REQUEST)],
            ),
        },
    ),
    Events(
        "grants_sitevisit",
        {
            "app_official": moves_told(
                "grants_sitevisit",
                states.VISIT,
                _OFFICIALS,
                key="visit_id",
                also=[("grants.visit_planned", states.PLANNED)],
            ),
        },
    ),
]


def _part(table: str, *, firm: str) -> Protected:
    """What is seen with its filing, and written by the firm alone."""
    return Protected(
        table,
        **child_rows(
            parent="grants_filing",
            key="filing_id",
            grants={"app_firm": firm, "app_system": FULL},
        ),
    )


TABLES = [
    *money_rls.TABLES,
    Protected(
        "grants_filing",
        rows={
            "app_firm": f"firm_id = {FIRM}",
            "app_official": f"ward_id = {WARD} AND {SUBMITTED}",
            "app_auditor": SUBMITTED,
            "app_system": ALL,
        },
        grants={
            "app_firm": EDIT,
            "app_official": "SELECT, UPDATE (status, message, settled_at)",
            "app_system": EDIT,
        },
    ),
    _part("grants_filingdocument", firm=EDIT),
    _part("grants_filingversion", firm="SELECT, INSERT"),
    Protected(
        "grants_ruling",
        rows={
            "app_firm": f"firm_id = {FIRM} AND status = '{states.RULED}'",
            "app_official": f"ward_id = {WARD}",
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_official": EDIT, "app_system": EDIT},
    ),
    Protected(
        "grants_progressrequest",
        **own_rows(
            grants={
                "app_firm": "SELECT, UPDATE (status, filing_id)",
                "app_official": EDIT,
                "app_system": EDIT,
            }
        ),
    ),
    Protected("grants_sitevisit", **own_rows(grants={"app_official": EDIT, "app_system": EDIT})),
    # The ward's own; the firm reads what it is told, not what was photographed.
    Protected(
        "grants_visitphoto",
        rows={
            "app_official": exists("grants_sitevisit parent", "parent.id = visit_id"),
            "app_auditor": ALL,
            "app_system": ALL,
        },
        grants={"app_official": "SELECT, INSERT", "app_system": FULL},
    ),
]
