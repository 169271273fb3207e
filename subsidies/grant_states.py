"""States of a grant (交付決定の後) and who may move it. Source: domain.md A2, steps 4–12.

事業実施中 → 実績報告済 → 額の確定 → 請求済 → 支払済 → 完了; or 取下げ, 廃止, 取消. What needs an
起案 and a 決裁 (変更, 廃止, 額の確定, 取消, 返還) goes through a ruling of `subsidies.grants`, whose
approver moves the grant; the ruling refuses the approver who prepared it.
"""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel.transitions import SYSTEM_ROLE, State, Transition, TransitionTable

FIRM = frozenset({Role.FIRM_OWNER, Role.FIRM_MEMBER})
REVIEWER = frozenset({Role.REVIEWER})
APPROVER = frozenset({Role.APPROVER})

IN_PROGRESS = "in_progress"
REPORTED = "reported"
FINALISED = "finalised"
CLAIMED = "claimed"
PAID = "paid"
CLOSED = "closed"
WITHDRAWN = "withdrawn"
CANCELLED = "cancelled"
REVOKED = "revoked"

# The project runs or its result is not settled: the ward still owes or expects something.
RUNNING = (IN_PROGRESS, REPORTED, FINALISED, CLAIMED)
# Ended before its time: nothing of it counts any more.
OVER = (WITHDRAWN, CANCELLED, REVOKED)
# The final amount stands (額の確定後), so it can only fall by revocation.
SETTLED = (FINALISED, CLAIMED, PAID, CLOSED)
# Holds money of the call's budget.
HOLDING = (*RUNNING, PAID, CLOSED)

GRANT = TransitionTable(
    name="subsidies.grant",
    states=(
        State(IN_PROGRESS, _("事業実施中"), tone="blue"),
        State(REPORTED, _("実績報告済"), tone="blue"),
        State(FINALISED, _("額の確定"), tone="green"),
        State(CLAIMED, _("請求済"), tone="blue"),
        State(PAID, _("支払済"), tone="green"),
        State(CLOSED, _("完了"), tone=""),
        State(WITHDRAWN, _("取下げ"), tone="", terminal=True),
        State(CANCELLED, _("廃止"), tone="", terminal=True),
        State(REVOKED, _("取消"), tone="red", terminal=True),
    ),
    transitions=(
        Transition(
            "report",
            (IN_PROGRESS,),
            REPORTED,
            FIRM,
            _("実績報告を提出する"),
            event="subsidies.grant_reported",
        ),
        Transition(
            "return_report",
            (REPORTED,),
            IN_PROGRESS,
            REVIEWER,
            _("実績報告を差し戻す"),
            needs_reason=True,
            event="subsidies.grant_report_returned",
        ),
        Transition(
            "finalise",
            (REPORTED,),
            FINALISED,
            APPROVER,
            _("額を確定する"),
            event="subsidies.grant_finalised",
        ),
        Transition(
            "claim",
            (FINALISED,),
            CLAIMED,
            FIRM,
            _("請求する"),
            event="subsidies.grant_claimed",
        ),
        Transition(
            "return_claim",
            (CLAIMED,),
            FINALISED,
            REVIEWER,
            _("請求を差し戻す"),
            needs_reason=True,
            event="subsidies.grant_claim_returned",
        ),
        Transition(
            "pay",
            (CLAIMED,),
            PAID,
            REVIEWER,
            _("支払を記録する"),
            event="subsidies.grant_paid",
        ),
        # An advance (概算払) covers the final amount: nothing is left to claim.
        Transition(
            "balance",
            (FINALISED,),
            PAID,
            APPROVER,
            _("概算払を精算する"),
            event="subsidies.grant_balanced",
        ),
        Transition(
            "close",
            (PAID,),
            CLOSED,
            REVIEWER | {SYSTEM_ROLE},
            _("完了にする"),
            guard="no_open_obligations",
            event="subsidies.grant_closed",
        ),
        Transition(
            "withdraw",
            (IN_PROGRESS,),
            WITHDRAWN,
            REVIEWER,
            _("取下げを受理する"),
            needs_reason=True,
            event="subsidies.grant_withdrawn",
        ),
        Transition(
            "cancel",
            (IN_PROGRESS, REPORTED),
            CANCELLED,
            APPROVER,
            _("廃止を承認する"),
            needs_reason=True,
            event="subsidies.grant_cancelled",
        ),
        Transition(
            "revoke",
            (IN_PROGRESS, REPORTED, FINALISED, CLAIMED, PAID, CLOSED),
            REVOKED,
            APPROVER,
            _("交付決定を取り消す"),
            needs_reason=True,
            event="subsidies.grant_revoked",
        ),
    ),
)
