"""States of a profile (企業の加工能力) and of a word that nobody knows yet."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import FIRM_ROLES, Role
from portal.kernel.transitions import SYSTEM_ROLE, State, Transition, TransitionTable

FIRM = frozenset(role.value for role in FIRM_ROLES)
COORDINATORS = frozenset({Role.LAB_STAFF.value})

PREFILLED, CONFIRMED, HIDDEN = "prefilled", "confirmed", "hidden"
# Found by others. What nobody has confirmed is found too, and says so.
LISTED = (PREFILLED, CONFIRMED)

PROFILE = TransitionTable(
    name="nakama.profile",
    states=(
        State(PREFILLED, _("未確認"), tone="orange"),
        State(CONFIRMED, _("企業が確認済み"), tone="green"),
        State(HIDDEN, _("掲載していない"), tone=""),
    ),
    transitions=(
        Transition(
            "confirm",
            (PREFILLED,),
            CONFIRMED,
            FIRM,
            _("この内容で確認する"),
            primary=True,
            event="nakama.member_published",
        ),
        Transition(
            "hide", LISTED, HIDDEN, FIRM, _("掲載をやめる"), event="nakama.member_withdrawn"
        ),
        Transition(
            "show",
            (HIDDEN,),
            CONFIRMED,
            FIRM,
            _("もう一度掲載する"),
            primary=True,
            event="nakama.member_published",
        ),
    ),
)

WAITING, KNOWN, SET_ASIDE = "waiting", "known", "set_aside"

WORD = TransitionTable(
    name="nakama.word",
    states=(
        State(WAITING, _("読み方が未定"), tone="orange"),
        State(KNOWN, _("辞書に登録済み"), tone="green"),
        State(SET_ASIDE, _("加工の言葉ではない"), tone=""),
    ),
    transitions=(
        Transition(
            "learn",
            (WAITING, SET_ASIDE),
            KNOWN,
            COORDINATORS | {SYSTEM_ROLE},
            _("辞書に加える"),
            primary=True,
        ),
        Transition("set_aside", (WAITING,), SET_ASIDE, COORDINATORS, _("加工の言葉ではない")),
        Transition("reopen", (KNOWN, SET_ASIDE), WAITING, COORDINATORS, _("やり直す")),
    ),
)
