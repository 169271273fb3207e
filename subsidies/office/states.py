"""States of a scheme's draft (制度の改正案): edited by one official, published by another."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel.transitions import State, Transition, TransitionTable

EDITORS = frozenset({Role.REVIEWER, Role.WARD_ADMIN})
APPROVER = frozenset({Role.APPROVER})

EDITING = "editing"
PROPOSED = "proposed"
PUBLISHED = "published"
DROPPED = "dropped"
OPEN = (EDITING, PROPOSED)

REVISION = TransitionTable(
    name="office.revision",
    states=(
        State(EDITING, _("作成中"), tone="blue"),
        State(PROPOSED, _("決裁待ち"), tone="orange"),
        State(PUBLISHED, _("公開済"), tone="green", terminal=True),
        State(DROPPED, _("取りやめ"), tone="", terminal=True),
    ),
    transitions=(
        Transition(
            "propose",
            (EDITING,),
            PROPOSED,
            EDITORS,
            _("決裁に回す"),
            needs_reason=True,
            guard="rules_are_valid",
        ),
        Transition("send_back", (PROPOSED,), EDITING, APPROVER, _("差し戻す"), needs_reason=True),
        Transition(
            "publish",
            (PROPOSED,),
            PUBLISHED,
            APPROVER,
            _("次の版として公開する"),
            guard="publisher_is_not_editor",
        ),
        Transition("drop", (EDITING,), DROPPED, EDITORS, _("改正案を取りやめる")),
    ),
)
