"""States of what happens after the decision: filings (届出・申請・報告), rulings (起案・決裁), the
ward's requests for progress reports, its site visits.
"""

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
# Begun and not yet settled.
GOING = (DRAFT, SUBMITTED, RETURNED)
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

OPEN_REQUEST = "open"
ANSWERED = "answered"
RECALLED = "recalled"

REQUEST = TransitionTable(
    name="grants.progressrequest",
    states=(
        State(OPEN_REQUEST, _("報告待ち"), tone="orange"),
        State(ANSWERED, _("報告あり"), tone="green"),
        State(RECALLED, _("取りやめ"), tone="", terminal=True),
    ),
    transitions=(
        # Again where an answer was dropped and another one is filed.
        Transition("answer", (OPEN_REQUEST, ANSWERED), ANSWERED, FIRM, _("報告する")),
        Transition(
            "recall",
            (OPEN_REQUEST,),
            RECALLED,
            REVIEWER,
            _("求めを取りやめる"),
            needs_reason=True,
            event="grants.progress_request_recalled",
        ),
    ),
)

PLANNED = "planned"
INSTRUCTED = "instructed"
CONCLUDED = "concluded"
CALLED_OFF = "called_off"

VISIT = TransitionTable(
    name="grants.sitevisit",
    states=(
        State(PLANNED, _("予定"), tone="blue"),
        State(INSTRUCTED, _("対応待ち"), tone="orange"),
        State(CONCLUDED, _("終了"), tone="green", terminal=True),
        State(CALLED_OFF, _("取りやめ"), tone="", terminal=True),
    ),
    transitions=(
        Transition("conclude", (PLANNED,), CONCLUDED, REVIEWER, _("調査の結果を記録する")),
        Transition(
            "instruct",
            (PLANNED,),
            INSTRUCTED,
            REVIEWER,
            _("結果を記録して指示する"),
            event="grants.visit_instructed",
        ),
        Transition(
            "settle",
            (INSTRUCTED,),
            CONCLUDED,
            REVIEWER,
            _("対応を確認して終える"),
            needs_reason=True,
        ),
        Transition(
            "call_off",
            (PLANNED,),
            CALLED_OFF,
            REVIEWER,
            _("調査を取りやめる"),
            needs_reason=True,
            event="grants.visit_called_off",
        ),
    ),
)
