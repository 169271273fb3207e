"""States of a wave (実態調査の回) and of a firm that is asked (対象企業)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.roles import Role
from portal.kernel.transitions import SYSTEM_ROLE, State, Transition, TransitionTable

# Officials of the ward, and policy staff for several wards.
OFFICE = frozenset({Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN})
PLANNERS = OFFICE | {Role.POLICY}

PLANNED, OPEN, CLOSED, CANCELLED = "planned", "open", "closed", "cancelled"

WAVE = TransitionTable(
    name="surveys.wave",
    states=(
        State(PLANNED, _("計画中"), tone=""),
        State(OPEN, _("実施中"), tone="orange"),
        State(CLOSED, pgettext_lazy("survey", "締切"), tone="green", terminal=True),
        State(CANCELLED, _("取りやめ"), tone="", terminal=True),
    ),
    transitions=(
        Transition(
            "open",
            (PLANNED,),
            OPEN,
            PLANNERS,
            _("調査を始める"),
            primary=True,
            confirm=_("対象の企業を決め、メールを送り始めます。"),
        ),
        Transition(
            "close",
            (OPEN,),
            CLOSED,
            PLANNERS | {SYSTEM_ROLE},
            _("締め切る"),
            confirm=_("リンクからの新しい回答は受けられなくなり、1-KSIを計算します。"),
        ),
        Transition("cancel", (PLANNED,), CANCELLED, PLANNERS, _("取りやめる"), needs_reason=True),
    ),
)

WAITING, ANSWERED, OUTSIDE = "waiting", "answered", "outside"

ASKED = TransitionTable(
    name="surveys.asked",
    states=(
        State(WAITING, _("回答待ち"), tone="orange"),
        State(ANSWERED, _("回答済み"), tone="green"),
        State(OUTSIDE, _("対象外"), tone=""),
    ),
    transitions=(
        # A link carries no person: what comes by it is written by the system.
        Transition("answer", (WAITING,), ANSWERED, OFFICE | {SYSTEM_ROLE}, _("送る"), primary=True),
        Transition("exclude", (WAITING,), OUTSIDE, OFFICE, _("対象外にする"), needs_reason=True),
        Transition("include", (OUTSIDE,), WAITING, OFFICE, _("対象に戻す")),
    ),
)
