"""States of an application (交付申請) and who may move it. Source: domain.md A2, steps 1–4.

草稿 → 受付 → 書類確認 → (補正 ⇄) → 審査 → 起案・決裁 → 交付決定 or 不交付決定.
The approver (決裁者) is never the preparer (起案者): a guard here, a CHECK in the database.
"""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel.transitions import State, Transition, TransitionTable

FIRM = frozenset({Role.FIRM_OWNER, Role.FIRM_MEMBER})
REVIEWER = frozenset({Role.REVIEWER})
APPROVER = frozenset({Role.APPROVER})

DRAFT = "draft"
SUBMITTED = "submitted"
CHECKING = "checking"
CORRECTION = "correction"
REVIEWING = "reviewing"
AWAITING_APPROVAL = "awaiting_approval"
GRANTED = "granted"
REFUSED = "refused"
WITHDRAWN = "withdrawn"

# With the ward: somebody there has to do something, or waits for the firm.
OPEN = (SUBMITTED, CHECKING, CORRECTION, REVIEWING, AWAITING_APPROVAL)
DECIDED = (GRANTED, REFUSED)
# With the firm: it may change what it typed, in a correction only the named fields.
EDITABLE = (DRAFT, CORRECTION)

APPLICATION = TransitionTable(
    name="subsidies.application",
    states=(
        State(DRAFT, _("下書き"), tone=""),
        State(SUBMITTED, _("申請受付"), tone="blue"),
        State(CHECKING, _("書類確認中"), tone="blue"),
        State(CORRECTION, _("補正待ち"), tone="orange"),
        State(REVIEWING, _("審査中"), tone="blue"),
        State(AWAITING_APPROVAL, _("決裁待ち"), tone="blue"),
        State(GRANTED, _("交付決定"), tone="green", terminal=True),
        State(REFUSED, _("不交付決定"), tone="red", terminal=True),
        State(WITHDRAWN, _("取下げ"), tone="", terminal=True),
    ),
    transitions=(
        Transition(
            "submit",
            (DRAFT,),
            SUBMITTED,
            FIRM,
            _("申請する"),
            event="subsidies.application_submitted",
        ),
        Transition("start_check", (SUBMITTED,), CHECKING, REVIEWER, _("書類確認を始める")),
        Transition(
            "request_correction",
            (SUBMITTED, CHECKING, REVIEWING),
            CORRECTION,
            REVIEWER,
            _("補正を依頼する"),
            needs_reason=True,
            event="subsidies.correction_requested",
        ),
        Transition(
            "answer_correction",
            (CORRECTION,),
            CHECKING,
            FIRM,
            _("補正を提出する"),
            event="subsidies.correction_answered",
        ),
        Transition(
            "finish_check",
            (SUBMITTED, CHECKING),
            REVIEWING,
            REVIEWER,
            _("書類確認を完了する"),
            guard="all_documents_checked",
        ),
        Transition(
            "propose",
            (REVIEWING,),
            AWAITING_APPROVAL,
            REVIEWER,
            _("決裁に回す"),
            needs_reason=True,
            event="subsidies.decision_proposed",
        ),
        Transition(
            "return_proposal",
            (AWAITING_APPROVAL,),
            REVIEWING,
            APPROVER,
            _("起案を差し戻す"),
            needs_reason=True,
            event="subsidies.proposal_returned",
        ),
        Transition(
            "grant",
            (AWAITING_APPROVAL,),
            GRANTED,
            APPROVER,
            _("交付を決定する"),
            guard="approver_is_not_preparer",
            event="subsidies.application_decided",
        ),
        Transition(
            "refuse",
            (AWAITING_APPROVAL,),
            REFUSED,
            APPROVER,
            _("不交付を決定する"),
            needs_reason=True,
            guard="approver_is_not_preparer",
            event="subsidies.application_decided",
        ),
        Transition(
            "withdraw",
            OPEN,  # until the decision itself: it is the firm's to leave
            WITHDRAWN,
            FIRM,
            _("申請を取り下げる"),
            needs_reason=True,
            event="subsidies.application_withdrawn",
        ),
    ),
)
