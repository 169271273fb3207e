"""What an approved selection leaves to do: who is selected, whose decision may be proposed."""

from collections.abc import Sequence

from django.db.models import QuerySet, Sum

from portal.kernel.actor import Actor
from subsidies import states as application_states
from subsidies.models import Call
from subsidies.selection import policies, states
from subsidies.selection.models import Choice

SYSTEM = Actor.system("selection.results")
# Selected, and the money is not committed by a decision yet.
UNDECIDED = (*application_states.OPEN,)


def selected(call: Call, *, actor: Actor = SYSTEM) -> QuerySet[Choice]:
    """採択 of the call whose decision is still to be made, in order of rank."""
    rows = _undecided(actor).filter(selection__call=call)
    return rows.select_related("application").order_by("rank", "id")


def ready(call: Call, *, actor: Actor = SYSTEM) -> QuerySet[Choice]:
    """Those whose decision (交付決定) may be proposed now: quotes checked where that comes first."""
    rows = selected(call, actor=actor).filter(application__status=application_states.REVIEWING)
    return rows.exclude(selection__is_separate=True, quotes_checked_at=None)


def available_yen(call: Call) -> int:
    """What is left of the budget when all that are selected get their amount (円)."""
    return call.left_yen - promised_yen([call]).get(call.pk, 0)


def promised_yen(calls: Sequence[Call]) -> dict[int, int]:
    """What is selected and not decided yet, by call (円). One query."""
    rows = _undecided(SYSTEM).filter(selection__call__in=calls).order_by()
    return dict(rows.values_list("selection__call").annotate(Sum("amount_yen")))


def _undecided(actor: Actor) -> QuerySet[Choice]:
    rows = policies.visible_choices(actor)
    return rows.filter(status=states.SELECTED, application__status__in=UNDECIDED)
