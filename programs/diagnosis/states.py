"""States of a diagnosis: answered by the firm, then finished and kept as it was."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import FIRM_ROLES
from portal.kernel.transitions import State, Transition, TransitionTable

FIRM = frozenset(FIRM_ROLES)
DRAFT, DONE = "draft", "done"

DIAGNOSIS = TransitionTable(
    name="diagnosis.diagnosis",
    states=(
        State(DRAFT, _("入力中"), tone="orange"),
        State(DONE, _("診断済"), tone="green", terminal=True),
    ),
    transitions=(Transition("finish", (DRAFT,), DONE, FIRM, _("結果を見る"), primary=True),),
)
