"""States of a filing (届出・申請・報告 after the decision) and of a ruling (起案・決裁)."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel.transitions import State, Transition, TransitionTable

FIRM = frozenset({Role.FIRM_OWNER, Role.FIRM_MEMBER})
REVIEWER = frozenset({Role.REVIEWER})
APPROVER = frozenset({Role.APPROVER})

DRAFT = "draft"
SUBMITTED = "submitted"
RETURNED = "returned"
ACCEPTED = "accepted"
APPROVED = "approved"
REJECTED = "rejected"
DROPPED = "dropped"

EDITABLE = (DRAFT, RETURNED)
OPEN = (SUBMITTED, RETURNED)
DONE = (ACCEPTED, APPROVED)

FILING = TransitionTable(
    name="grants.filing",
    states=(
        State(DRAFT, _("下書き"), tone=""),
        State(SUBMITTED, _("提出済"), tone="blue"),
        State(RETURNED, _("差戻し"), tone="orange"),
        State(ACCEPTED, _("受理"), tone="green", terminal=True),
        State(APPROVED, _("承認"), tone="green", terminal=True),
        State(REJECTED, _("不承認"), tone="red", terminal=True),
        State(DROPPED, _("取下げ"), tone="", terminal=True),
    ),
    transitions=(
        Transition(
            "submit",
            (DRAFT, RETURNED),
            SUBMITTED,
            FIRM,
            _("提出する"),
            event="grants.filing_submitted",
        ),
        Transition(
            "return",
            (SUBMITTED,),
            RETURNED,
            REVIEWER,
            _("差し戻す"),
            needs_reason=True,
            event="grants.filing_returned",
        ),
        Transition(
            "accept",
            (SUBMITTED,),
            ACCEPTED,
            REVIEWER,
            _("受理する"),
            guard="kind_needs_no_ruling",
            event="grants.filing_accepted",
        ),
        Transition("approve", (SUBMITTED,), APPROVED, APPROVER, _("承認する")),
        Transition(
            "reject", (SUBMITTED,), REJECTED, APPROVER, _("不承認とする"), needs_reason=True
        ),
        Transition(
            "drop",
            (DRAFT, SUBMITTED, RETURNED),
            DROPPED,
            FIRM,
            _("提出を取りやめる"),
        ),
    ),
)

PROPOSED = "proposed"
RULED = "ruled"
SENT_BACK = "sent_back"

RULING = TransitionTable(
    name="grants.ruling",
    states=(
        State(PROPOSED, _("決裁待ち"), tone="blue"),
        State(RULED, _("決裁済"), tone="green", terminal=True),
        State(SENT_BACK, _("差戻し"), tone="orange", terminal=True),
    ),
    transitions=(
        Transition(
            "approve",
            (PROPOSED,),
            RULED,
            APPROVER,
            _("決裁する"),
            guard="approver_is_not_preparer",
            event="grants.ruled",
        ),
        Transition(
            "send_back",
            (PROPOSED,),
            SENT_BACK,
            APPROVER,
            _("起案を差し戻す"),
            needs_reason=True,
            event="grants.ruling_sent_back",
        ),
    ),
)
