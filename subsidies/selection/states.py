"""States of a selection (採択の案) and of one application's place in it (採択・補欠・不採択).

One official proposes, another approves: a guard here, a CHECK in the database. The result is frozen
when it is proposed; whoever wants another one returns it and a new one is proposed.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.roles import Role
from portal.kernel.transitions import SYSTEM_ROLE, State, Transition, TransitionTable

REVIEWER = frozenset({Role.REVIEWER})
APPROVER = frozenset({Role.APPROVER})

PROPOSED = "proposed"
APPROVED = "approved"
RETURNED = "returned"

SELECTION = TransitionTable(
    name="selection.run",
    states=(
        State(PROPOSED, _("決裁待ち"), tone="orange"),
        State(APPROVED, _("採択決定"), tone="green", terminal=True),
        State(RETURNED, _("差戻し"), tone="", terminal=True),
    ),
    transitions=(
        Transition(
            "approve",
            (PROPOSED,),
            APPROVED,
            APPROVER,
            _("採択を決定する"),
            guard="approver_is_another",
            event="selection.approved",
        ),
        Transition(
            "return_proposal",
            (PROPOSED,),
            RETURNED,
            APPROVER | REVIEWER,
            _("採択の案を差し戻す"),
            needs_reason=True,
            event="selection.returned",
        ),
    ),
)

WAITING = "waiting"
SELECTED = "selected"
NOT_SELECTED = "not_selected"

CHOICE = TransitionTable(
    name="selection.choice",
    states=(
        State(WAITING, _("補欠"), tone="orange"),
        State(SELECTED, pgettext_lazy("result", "採択"), tone="green"),
        State(NOT_SELECTED, _("不採択"), tone="red"),
    ),
    transitions=(
        Transition(
            "promote",
            (WAITING,),
            SELECTED,
            frozenset({SYSTEM_ROLE}),
            _("補欠を繰り上げる"),
            event="selection.promoted",
        ),
        Transition(
            "end_waiting",
            (WAITING,),
            NOT_SELECTED,
            REVIEWER,
            _("補欠を終える"),
            needs_reason=True,
            event="selection.ended",
        ),
    ),
)
