"""States of a request for deletion (削除の申出): the person asks, an administrator decides."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel.transitions import SYSTEM_ROLE, State, Transition, TransitionTable

ADMINS = frozenset({Role.WARD_ADMIN, Role.SYSADMIN})
# The service itself asks whether the person withdraws their own.
PERSON = frozenset({SYSTEM_ROLE})

ASKED, CHECKING = "asked", "checking"
ERASED, PART, REFUSED, WITHDRAWN = "erased", "part", "refused", "withdrawn"
OPEN = (ASKED, CHECKING)

DELETION = TransitionTable(
    name="personal.deletion",
    states=(
        State(ASKED, _("申出"), tone="orange"),
        State(CHECKING, _("確認中"), tone="blue"),
        State(ERASED, _("削除"), tone="green", terminal=True),
        State(PART, _("一部削除"), tone="green", terminal=True),
        State(REFUSED, _("拒否"), tone="red", terminal=True),
        State(WITHDRAWN, _("取下げ"), tone="", terminal=True),
    ),
    transitions=(
        Transition("check", (ASKED,), CHECKING, ADMINS, _("確認を始める"), primary=True),
        Transition("erase", (CHECKING,), ERASED, ADMINS, _("削除する"), primary=True),
        Transition("erase_part", (CHECKING,), PART, ADMINS, _("残すものを除いて削除する")),
        Transition(
            "refuse", (ASKED, CHECKING), REFUSED, ADMINS, _("削除を断る"), needs_reason=True
        ),
        Transition("withdraw", (ASKED, CHECKING), WITHDRAWN, PERSON, _("申出を取り下げる")),
    ),
)
