"""How far an auditor is with a case of a sample."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel.transitions import State, Transition, TransitionTable

AUDITOR = frozenset({Role.AUDITOR})

TODO = "todo"
CHECKING = "checking"
NOTED = "noted"
CLEAN = "clean"

ITEM = TransitionTable(
    name="auditing.sampleitem",
    states=(
        State(TODO, _("未着手"), tone=""),
        State(CHECKING, _("確認中"), tone="blue"),
        State(NOTED, _("指摘あり"), tone="orange"),
        State(CLEAN, _("問題なし"), tone="green"),
    ),
    transitions=(
        Transition("begin", (TODO,), CHECKING, AUDITOR, _("確認を始める"), primary=True),
        Transition(
            "clear",
            (CHECKING,),
            CLEAN,
            AUDITOR,
            _("問題なしとする"),
            needs_reason=True,
            primary=True,
        ),
        Transition("remark", (CHECKING,), NOTED, AUDITOR, _("指摘ありとする"), needs_reason=True),
        Transition(
            "reopen", (NOTED, CLEAN), CHECKING, AUDITOR, _("もう一度確認する"), needs_reason=True
        ),
    ),
)
