"""States of the hearing before a revocation (弁明の機会) and of money to be given back (返還)."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.transitions import State, Transition, TransitionTable
from subsidies.grants.states import FIRM, REVIEWER

ASKED = "asked"
STATED = "stated"
SILENT = "silent"

HEARING = TransitionTable(
    name="grants.hearing",
    states=(
        State(ASKED, _("弁明待ち"), tone="orange"),
        State(STATED, _("弁明あり"), tone="blue", terminal=True),
        State(SILENT, _("弁明なし"), tone="", terminal=True),
    ),
    transitions=(
        Transition(
            "state", (ASKED,), STATED, FIRM, _("弁明を提出する"), event="grants.hearing_stated"
        ),
        Transition(
            "close",
            (ASKED,),
            SILENT,
            REVIEWER,
            _("弁明なしで終える"),
            needs_reason=True,
            guard="hearing_is_over",
        ),
    ),
)

OWED = "owed"
RETURNED = "returned"

RECOVERY = TransitionTable(
    name="grants.recovery",
    states=(
        State(OWED, _("返還待ち"), tone="orange"),
        State(RETURNED, _("返還済"), tone="green", terminal=True),
    ),
    transitions=(
        Transition(
            "settle",
            (OWED,),
            RETURNED,
            REVIEWER,
            _("返還の完了を記録する"),
            guard="nothing_is_left",
            event="grants.recovery_settled",
        ),
    ),
)
