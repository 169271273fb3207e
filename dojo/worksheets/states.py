"""States of a worksheet: written by the firm, handed in to the course, read and marked by a lecturer."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import FIRM_ROLES, Role
from portal.kernel.transitions import State, Transition, TransitionTable

FIRM = frozenset(FIRM_ROLES)
LECTURER = frozenset({Role.LECTURER})

DRAFT, HANDED_IN, RETURNED, MARKED = "draft", "handed_in", "returned", "marked"
EDITABLE = (DRAFT, RETURNED)
# A course has it: these need an enrolment.
WITH_COURSE = (HANDED_IN, RETURNED, MARKED)

WORKSHEET = TransitionTable(
    name="worksheets.worksheet",
    states=(
        State(DRAFT, _("入力中"), tone="orange"),
        State(HANDED_IN, _("提出済"), tone="blue"),
        State(RETURNED, _("やり直し"), tone="red"),
        State(MARKED, _("講評済"), tone="green"),
    ),
    transitions=(
        Transition("hand_in", EDITABLE, HANDED_IN, FIRM, _("講師に提出する"), primary=True),
        Transition("reopen", (HANDED_IN, MARKED), DRAFT, FIRM, _("書き直す")),
        Transition(
            "return", (HANDED_IN,), RETURNED, LECTURER, _("やり直しを頼む"), needs_reason=True
        ),
        Transition("mark", (HANDED_IN,), MARKED, LECTURER, _("講評を返す"), primary=True),
    ),
)
