"""States of a disposal (廃棄の起案から廃棄まで). One proposes, another approves, a worker carries out."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel.transitions import SYSTEM_ROLE, State, Transition, TransitionTable

REVIEWER = frozenset({Role.REVIEWER})
APPROVER = frozenset({Role.APPROVER})

PROPOSED = "proposed"
APPROVED = "approved"
RETURNED = "returned"
DONE = "done"

DISPOSAL = TransitionTable(
    name="retention.disposal",
    states=(
        State(PROPOSED, _("決裁待ち"), tone="orange"),
        State(APPROVED, _("廃棄中"), tone="blue"),
        State(RETURNED, _("差戻し"), tone="", terminal=True),
        State(DONE, _("廃棄済み"), tone="green", terminal=True),
    ),
    transitions=(
        Transition(
            "approve",
            (PROPOSED,),
            APPROVED,
            APPROVER,
            _("廃棄を決裁する"),
            guard="approver_is_another",
            primary=True,
        ),
        Transition(
            "return_proposal",
            (PROPOSED,),
            RETURNED,
            APPROVER | REVIEWER,
            _("廃棄の案を差し戻す"),
            needs_reason=True,
        ),
        Transition("finish", (APPROVED,), DONE, frozenset({SYSTEM_ROLE}), _("廃棄を終える")),
    ),
)
