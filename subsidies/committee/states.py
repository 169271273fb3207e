"""States of a review (審査会の審査) and of one member's review of one application.

割当て → 利益相反の申告 → 採点 → 提出. A conflict of interest ends it (回避); officials may take a case
away from a member (除外) and the chair may give a submitted sheet back, each with a reason.
"""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel.transitions import State, Transition, TransitionTable

MEMBER = frozenset({Role.COMMITTEE})
# Who prepares and runs a review.
OFFICE = frozenset({Role.REVIEWER, Role.WARD_ADMIN})

PLANNED = "planned"
OPEN = "open"
CLOSED = "closed"

ROUND = TransitionTable(
    name="committee.round",
    states=(
        State(PLANNED, _("準備中"), tone=""),
        State(OPEN, _("審査中"), tone="blue"),
        State(CLOSED, _("審査終了"), tone="green", terminal=True),
    ),
    transitions=(
        Transition(
            "open",
            (PLANNED,),
            OPEN,
            OFFICE,
            _("審査を始める"),
            guard="ready_to_open",
            event="committee.round_opened",
        ),
        Transition(
            "close",
            (OPEN,),
            CLOSED,
            OFFICE,
            _("審査を終える"),
            guard="all_have_submitted",
            event="committee.round_closed",
        ),
    ),
)

ASSIGNED = "assigned"
DECLARED = "declared"
DRAFT = "draft"
SUBMITTED = "submitted"
RECUSED = "recused"
EXCLUDED = "excluded"

# The member still owes a sheet.
WAITING = (ASSIGNED, DECLARED, DRAFT)
# The member has declared no conflict and may read.
READING = (DECLARED, DRAFT, SUBMITTED)
# Counts among the reviewers of the case.
LIVE = (*WAITING, SUBMITTED)

ASSIGNMENT = TransitionTable(
    name="committee.assignment",
    states=(
        State(ASSIGNED, _("申告前"), tone="orange"),
        State(DECLARED, _("採点前"), tone="orange"),
        State(DRAFT, _("採点中"), tone="blue"),
        State(SUBMITTED, _("提出済"), tone="green"),
        State(RECUSED, _("回避"), tone="red", terminal=True),
        State(EXCLUDED, _("除外"), tone=""),
    ),
    transitions=(
        Transition("declare", (ASSIGNED,), DECLARED, MEMBER, _("利益相反がないことを申告する")),
        Transition(
            "recuse",
            WAITING,
            RECUSED,
            MEMBER,
            _("利益相反を申告し、審査から外れる"),
            needs_reason=True,
            event="committee.recused",
        ),
        Transition("begin", (DECLARED,), DRAFT, MEMBER, _("採点を始める")),
        Transition(
            "submit",
            (DECLARED, DRAFT),
            SUBMITTED,
            MEMBER,
            _("採点を提出する"),
            event="committee.sheet_submitted",
        ),
        Transition(
            "reopen",
            (SUBMITTED,),
            DRAFT,
            MEMBER,
            _("採点票を差し戻す"),
            needs_reason=True,
            guard="chair_of_an_open_round",
            event="committee.sheet_reopened",
        ),
        Transition(
            "exclude",
            WAITING,
            EXCLUDED,
            OFFICE,
            _("担当から外す"),
            needs_reason=True,
            event="committee.member_excluded",
        ),
        Transition(
            "reinstate",
            (EXCLUDED,),
            ASSIGNED,
            OFFICE,
            _("担当に戻す"),
            needs_reason=True,
        ),
    ),
)
