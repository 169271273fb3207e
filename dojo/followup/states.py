"""States of a survey (修了後の調査) and of a report of an investment (投資の報告)."""

from django.utils.translation import gettext_lazy as _

from dojo.states import FIRM, PLANNERS, SYSTEM
from portal.accounts.roles import Role
from portal.kernel.transitions import State, Transition, TransitionTable

# Who enters what was said by telephone: the office that holds the cohort, and its lecturers.
KEEPERS = PLANNERS | {Role.LECTURER}

PLANNED, OPEN, ANSWERED, CLOSED, VOID = "planned", "open", "answered", "closed", "void"
UNANSWERED = (PLANNED, OPEN)

SURVEY = TransitionTable(
    name="followup.survey",
    states=(
        State(PLANNED, _("これから"), tone=""),
        State(OPEN, _("回答待ち"), tone="orange"),
        State(ANSWERED, _("回答済み"), tone="green"),
        State(CLOSED, _("回答なし"), tone="red", terminal=True),
        State(VOID, _("取りやめ"), tone="", terminal=True),
    ),
    transitions=(
        Transition("ask", (PLANNED,), OPEN, SYSTEM, _("調査を始める")),
        # A link carries no person: what comes by it is written by the system.
        Transition(
            "answer",
            (OPEN,),
            ANSWERED,
            FIRM | KEEPERS | SYSTEM,
            _("送る"),
            event="followup.answered",
            primary=True,
        ),
        Transition("close", UNANSWERED, CLOSED, SYSTEM, _("調査を締め切る")),
        Transition("void", UNANSWERED, VOID, SYSTEM, _("調査を取りやめる")),
    ),
)

REPORTED, ACCEPTED, RETURNED, WITHDRAWN = "reported", "accepted", "returned", "withdrawn"

INVESTMENT = TransitionTable(
    name="followup.investment",
    states=(
        State(REPORTED, _("確認待ち"), tone="blue"),
        State(ACCEPTED, _("受理"), tone="green"),
        State(RETURNED, _("差戻し"), tone="orange"),
        State(WITHDRAWN, _("取下げ"), tone="", terminal=True),
    ),
    transitions=(
        Transition(
            "accept",
            (REPORTED,),
            ACCEPTED,
            PLANNERS,
            _("受理する"),
            event="followup.investment_accepted",
            primary=True,
        ),
        Transition("return", (REPORTED,), RETURNED, PLANNERS, _("差し戻す"), needs_reason=True),
        Transition("report", (RETURNED,), REPORTED, FIRM, _("直して報告する"), primary=True),
        Transition("withdraw", (REPORTED, RETURNED), WITHDRAWN, FIRM, _("取り下げる")),
        Transition(
            "undo",
            (ACCEPTED,),
            RETURNED,
            PLANNERS,
            _("受理を取り消す"),
            needs_reason=True,
            event="followup.investment_undone",
        ),
    ),
)
