"""States of an evaluation sheet (事務事業評価シート): written by one official, confirmed by another."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel.transitions import State, Transition, TransitionTable

WRITERS = frozenset({Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN})
CONFIRMERS = frozenset({Role.APPROVER, Role.WARD_ADMIN})

DRAFT, WAITING, CONFIRMED, REPLACED = "draft", "waiting", "confirmed", "replaced"
# One of a ward, year and package at a time.
UNFINISHED = (DRAFT, WAITING)

SHEET = TransitionTable(
    name="policy.sheet",
    states=(
        State(DRAFT, _("下書き"), tone="orange"),
        State(WAITING, _("確認待ち"), tone="blue"),
        State(CONFIRMED, _("確定"), tone="green"),
        State(REPLACED, _("旧版"), tone="", terminal=True),
    ),
    transitions=(
        Transition(
            "submit",
            (DRAFT,),
            WAITING,
            WRITERS,
            _("確認に回す"),
            primary=True,
            confirm=_("今日の実績と費用をシートに書き込みます。確認のあいだは書き直せません。"),
        ),
        Transition(
            "confirm",
            (WAITING,),
            CONFIRMED,
            CONFIRMERS,
            _("確定する"),
            primary=True,
            guard="another_person",
        ),
        Transition(
            "return", (WAITING,), DRAFT, CONFIRMERS, _("書き直してもらう"), needs_reason=True
        ),
        Transition("replace", (CONFIRMED,), REPLACED, CONFIRMERS, _("新しい版に替える")),
    ),
)
