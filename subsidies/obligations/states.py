"""States of an obligation (期限のある義務) and who may move it."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel.transitions import SYSTEM_ROLE, State, Transition, TransitionTable

SYSTEM = frozenset({SYSTEM_ROLE})
REVIEWER = frozenset({Role.REVIEWER})
# Letting somebody off a duty is a decision.
APPROVER = frozenset({Role.APPROVER})
# Who may give an obligation to somebody else (人事異動).
HANDING = frozenset({Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN})

OPEN = "open"
DONE = "done"
WAIVED = "waived"
SETTLED = (DONE, WAIVED)

OBLIGATION = TransitionTable(
    name="obligations.obligation",
    states=(
        State(OPEN, _("未了"), tone="orange"),
        State(DONE, _("済"), tone="green"),
        State(WAIVED, _("不要"), tone=""),
    ),
    transitions=(
        Transition("fulfil", (OPEN,), DONE, SYSTEM, _("済とする")),
        Transition("lapse", (OPEN,), WAIVED, SYSTEM, _("不要となる"), needs_reason=True),
        Transition("reopen", (DONE,), OPEN, SYSTEM, _("未了に戻す")),
        # On paper, by mail, at the counter: the portal cannot know of it.
        Transition(
            "record", (OPEN,), DONE, REVIEWER, _("履行を記録する"), needs_reason=True, primary=True
        ),
        Transition("waive", (OPEN,), WAIVED, APPROVER, _("免除する"), needs_reason=True),
        Transition(
            "restore", (DONE, WAIVED), OPEN, APPROVER, _("未了に戻す（訂正）"), needs_reason=True
        ),
    ),
)

IN_USE = "in_use"
APPROVED = "approved"
UNAPPROVED = "unapproved"

ASSET = TransitionTable(
    name="obligations.asset",
    states=(
        State(IN_USE, _("使用中"), tone="green"),
        State(APPROVED, _("承認を得て処分"), tone="", terminal=True),
        State(UNAPPROVED, _("承認なく処分"), tone="red", terminal=True),
    ),
    transitions=(
        Transition("approve_disposal", (IN_USE,), APPROVED, APPROVER, _("財産処分を承認する")),
        Transition(
            "note_disposal",
            (IN_USE,),
            UNAPPROVED,
            REVIEWER,
            _("承認のない処分を記録する"),
            needs_reason=True,
        ),
    ),
)
