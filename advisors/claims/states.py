"""States of a month's claim: written by the advisor, checked and approved by two officials, paid."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel.transitions import State, Transition, TransitionTable

ADVISOR = frozenset({Role.ADVISOR})
OFFICE = frozenset({Role.REVIEWER})
APPROVER = frozenset({Role.APPROVER})

DRAFT, SUBMITTED, CHECKED, APPROVED = "draft", "submitted", "checked", "approved"
RETURNED, PAID = "returned", "paid"
# The advisor may still write, and no line of it stands.
EDITABLE = (DRAFT, RETURNED)
# Its lines are claimed: what stands in them cannot be taken back any more.
CLAIMED = (SUBMITTED, CHECKED, APPROVED, PAID)
# Decided: what was wrong is corrected on the next claim.
DECIDED = (APPROVED, PAID)

CLAIM = TransitionTable(
    name="claims.claim",
    states=(
        State(DRAFT, _("作成中"), tone="orange"),
        State(SUBMITTED, _("区の確認待ち"), tone="blue"),
        State(CHECKED, _("決裁待ち"), tone="blue"),
        State(RETURNED, _("差戻し"), tone="red"),
        State(APPROVED, _("支払待ち"), tone="orange"),
        State(PAID, _("支払済み"), tone="green", terminal=True),
    ),
    transitions=(
        Transition(
            "submit",
            EDITABLE,
            SUBMITTED,
            ADVISOR,
            _("報告と請求を区に出す"),
            primary=True,
            event="claims.submitted",
        ),
        Transition(
            "check",
            (SUBMITTED,),
            CHECKED,
            OFFICE,
            _("確認して決裁に回す"),
            primary=True,
            guard="not_own_cause",
            event="claims.checked",
        ),
        Transition(
            "approve",
            (CHECKED,),
            APPROVED,
            APPROVER,
            _("請求を承認する"),
            primary=True,
            guard="another_person",
            event="claims.approved",
        ),
        Transition(
            "return",
            (SUBMITTED, CHECKED),
            RETURNED,
            OFFICE | APPROVER,
            _("相談員に差し戻す"),
            needs_reason=True,
            guard="not_own_cause",
            event="claims.returned",
        ),
        Transition(
            "pay",
            (APPROVED,),
            PAID,
            OFFICE,
            _("支払日を記録する"),
            primary=True,
            guard="not_own_cause",
            event="claims.paid",
        ),
    ),
)
