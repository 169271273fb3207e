"""What becomes of a finding (気になる点). Whatever it is, it never refuses an application."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel.transitions import State, Transition, TransitionTable

OFFICE = frozenset({Role.REVIEWER})

OPEN = "open"
FOLLOWED = "followed"
EXPLAINED = "explained"
NOTED = "noted"
WAITING = (OPEN, FOLLOWED)
SETTLED = (EXPLAINED, NOTED)

FINDING = TransitionTable(
    name="watch.finding",
    states=(
        State(OPEN, _("未確認"), tone="orange"),
        State(FOLLOWED, _("確認中"), tone="blue"),
        State(EXPLAINED, _("説明がついた"), tone="green"),
        State(NOTED, _("記録のみ"), tone=""),
    ),
    transitions=(
        Transition("follow", (OPEN,), FOLLOWED, OFFICE, _("確認を始める"), needs_reason=True),
        Transition(
            "explain",
            WAITING,
            EXPLAINED,
            OFFICE,
            _("説明がついた"),
            needs_reason=True,
            primary=True,
        ),
        Transition("note", WAITING, NOTED, OFFICE, _("記録だけする"), needs_reason=True),
        Transition("reopen", SETTLED, OPEN, OFFICE, _("もう一度確認する"), needs_reason=True),
    ),
)
