"""States of a joint development, and of a meeting of the consortium."""

from django.utils.translation import gettext_lazy as _

from lab.consortium.states import STAFF
from portal.kernel.transitions import State, Transition, TransitionTable

PLANNED, CONTRACTED, DELIVERED = "planned", "contracted", "delivered"
CANCELLED, DROPPED = "cancelled", "dropped"
COUNTED = (CONTRACTED, DELIVERED)

COLLAB = TransitionTable(
    name="consortium.collab",
    states=(
        State(PLANNED, _("検討中"), tone="orange"),
        State(CONTRACTED, _("契約済み・初回納品前"), tone="blue"),
        State(DELIVERED, _("初回納品済み"), tone="green"),
        State(CANCELLED, _("初回納品前に取消し"), tone="red", terminal=True),
        State(DROPPED, _("契約に至らず"), tone="", terminal=True),
    ),
    transitions=(
        Transition(
            "contract",
            (PLANNED,),
            CONTRACTED,
            STAFF,
            _("契約を記録する"),
            primary=True,
            event="consortium.collab_contracted",
        ),
        Transition("drop", (PLANNED,), DROPPED, STAFF, _("契約に至らなかった"), needs_reason=True),
        Transition(
            "deliver", (CONTRACTED,), DELIVERED, STAFF, _("初回の納品を記録する"), primary=True
        ),
        # What never was delivered is no result: it counts no more.
        Transition(
            "cancel",
            (CONTRACTED,),
            CANCELLED,
            STAFF,
            _("初回納品前の取消しを記録する"),
            needs_reason=True,
            event="consortium.collab_cancelled",
        ),
    ),
)

CALLED, HELD, OFF = "called", "held", "off"

MEETING = TransitionTable(
    name="consortium.meeting",
    states=(
        State(CALLED, _("開催予定"), tone="blue"),
        State(HELD, _("開催済み"), tone="green", terminal=True),
        State(OFF, _("中止"), tone="red", terminal=True),
    ),
    transitions=(
        Transition(
            "hold",
            (CALLED,),
            HELD,
            STAFF,
            _("議事録を公開する"),
            primary=True,
            event="consortium.minutes_published",
        ),
        Transition(
            "call_off",
            (CALLED,),
            OFF,
            STAFF,
            _("中止する"),
            needs_reason=True,
            event="consortium.meeting_called_off",
        ),
    ),
)
