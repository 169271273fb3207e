"""States of a plan evaluation (導入計画の妥当性評価): written by the advisor, frozen when handed over."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel.transitions import State, Transition, TransitionTable

ADVISOR = frozenset({Role.ADVISOR})
FIRM = frozenset({Role.FIRM_OWNER, Role.FIRM_MEMBER})

DRAFT = "draft"
SUBMITTED = "submitted"

# Of a shared plan whose evaluation has not begun.
UNREAD = State("unread", _("依頼あり"), tone="blue")
COMMENTED = State("commented", _("助言済"), tone="blue")

EVALUATION = TransitionTable(
    name="evaluation.evaluation",
    states=(
        State(DRAFT, _("作成中"), tone="orange"),
        State(SUBMITTED, _("評価済"), tone="green", terminal=True),
    ),
    transitions=(
        Transition(
            "submit",
            (DRAFT,),
            SUBMITTED,
            ADVISOR,
            _("評価を渡す"),
            primary=True,
            event="evaluation.submitted",
        ),
    ),
)
