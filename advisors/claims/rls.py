"""Row policies of the claims (docs/adr/0034-fee-claims.md).

An advisor (app_public, by app.user) reads the own ones; what they write, the system writes after the
policy has said yes. Officials of the ward read what was submitted, and write their decisions. A
line's figures are nobody's to change.
"""

from advisors.claims import states
from portal.kernel.rls import (
    ALL,
    APPEND,
    EDIT,
    READ,
    USER,
    WARD,
    Events,
    Protected,
    exists,
    moves_told,
)

_OWN_WARD = f"ward_id = {WARD}"
_ALL = {"app_auditor": ALL, "app_system": ALL}
_SENT = f"status <> '{states.DRAFT}'"
_SEEN = exists("claims_claim seen", "seen.id = claims_claimline.claim_id")
# An advisor reads the terms that stand on the own claims.
_OF_CLAIM = exists("claims_claim seen", "seen.terms_id = claims_payterms.id")

EVENTS = [
    Events(
        "claims_claim",
        {
            "app_official": moves_told(
                "claims_claim",
                states.CLAIM,
                states.OFFICE | states.APPROVER,
                key="claim_id",
                also=[("claims.corrected", status) for status in states.DECIDED],
            ),
        },
    ),
]

TABLES = [
    Protected(
        "claims_payterms",
        rows={"app_public": _OF_CLAIM, "app_official": _OWN_WARD, **_ALL},
        grants={"app_official": EDIT, "app_system": EDIT},
    ),
    Protected(
        "claims_payee",
        rows={"app_official": _OWN_WARD, **_ALL},
        grants={"app_official": EDIT, "app_system": EDIT},
    ),
    Protected(
        "claims_claim",
        rows={
            "app_public": f"advisor_id = {USER}",
            "app_official": f"{_OWN_WARD} AND {_SENT}",
            "app_auditor": _SENT,
            "app_system": ALL,
        },
        grants={
            "app_official": "SELECT, UPDATE (status, checked_by_id, checked_at, approved_by_id,"
            " approved_at, paid_on, answer)",
            "app_system": EDIT,
        },
    ),
    Protected(
        "claims_claimline",
        rows={"app_public": _SEEN, "app_official": _OWN_WARD, **_ALL},
        grants={
            "app_public": READ,
            "app_official": "SELECT, UPDATE (released_at)",
            "app_system": "SELECT, INSERT, UPDATE (released_at)",
        },
    ),
    Protected(
        "claims_correction",
        rows={"app_public": f"advisor_id = {USER}", "app_official": _OWN_WARD, **_ALL},
        grants={"app_official": APPEND, "app_system": APPEND},
    ),
]
