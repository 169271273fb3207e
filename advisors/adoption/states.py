"""States of an introduced tool: in use, or given up."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import FIRM_ROLES, Role
from portal.kernel.transitions import State, Transition, TransitionTable

WRITERS = frozenset({*FIRM_ROLES, Role.ADVISOR})

USING, STOPPED = "using", "stopped"

TOOL = TransitionTable(
    name="adoption.tool",
    states=(
        State(USING, _("利用中"), tone="blue"),
        State(STOPPED, _("利用をやめた"), tone=""),
    ),
    transitions=(
        Transition(
            "stop", (USING,), STOPPED, WRITERS, _("利用をやめたことを記録する"), needs_reason=True
        ),
        Transition("resume", (STOPPED,), USING, WRITERS, _("また使い始める"), primary=True),
    ),
)
