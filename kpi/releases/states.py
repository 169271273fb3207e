"""What becomes of a release. Public is no state: an approved one is public from its hour on."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel.transitions import State, Transition, TransitionTable

POLICY = frozenset({Role.POLICY})

MADE = "made"
APPROVED = "approved"
DROPPED = "dropped"

RELEASE = TransitionTable(
    name="releases.release",
    states=(
        State(MADE, _("確認待ち"), tone="orange"),
        State(APPROVED, _("承認済み"), tone="green"),
        State(DROPPED, _("取りやめ"), tone="", terminal=True),
    ),
    transitions=(
        Transition(
            "approve",
            (MADE,),
            APPROVED,
            POLICY,
            _("承認する"),
            guard="second_person",
            primary=True,
            confirm=_("公表日時を過ぎると、だれでも見られるようになり、取り消せません。"),
        ),
        Transition("drop", (MADE,), DROPPED, POLICY, _("取りやめる"), needs_reason=True),
        Transition(
            "withdraw",
            (APPROVED,),
            DROPPED,
            POLICY,
            _("公表前に取りやめる"),
            needs_reason=True,
            guard="embargo_runs",
        ),
    ),
)
