"""受付順: where an undecided application of a first-come call stands, and whose turn has come.

Read as the system: a firm sees no application but its own, and is told a number only.
"""

from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from portal.kernel.actor import Actor
from portal.kernel.database import acting
from subsidies import states
from subsidies.models import Application, Call
from subsidies.rules.pools import Pools, Waiting, fits, served
from subsidies.services import budget


@dataclass(frozen=True, slots=True)
class Turn:
    """`place` counts the undecided of the call from 1; `waits` (予算待ち): the money does not reach."""

    place: int
    waits: bool


def turn_of(application: Application, *, actor: Actor) -> Turn | None:
    """The application's place in the order of arrival; None where a round decides, or it is over."""
    if not _in_line(application):
        return None
    with acting(actor.elevated()):
        ahead = budget.ahead_of(application)
        before = budget.before(application).count()
        yen = _asking(application.call_id).values_list("yen", flat=True).get(pk=application.pk)
    enough = fits(pools_of(application.call), application.applicant_class, yen, ahead)
    return Turn(before + 1, not enough)


def in_turn(call: Call) -> list[Application]:
    """The undecided applications whose money is there now, in order of arrival. For jobs."""
    rows = {row.pk: row for row in _asking(call.pk).order_by("submitted_at", "pk")}
    queue = [Waiting(row.pk, row.applicant_class, row.yen) for row in rows.values()]
    return [rows[pk] for pk, enough in served(pools_of(call), queue).items() if enough]


def _in_line(application: Application) -> bool:
    return (
        application.call.mode == Call.Mode.FIRST_COME
        and application.status in states.OPEN
        and application.submitted_at is not None
    )


def _asking(call_id: int) -> QuerySet[Application]:
    """The undecided of a call with the `yen` each asks for, a proposal's amount before all."""
    asked = Coalesce(F("decision__amount_yen"), F("requested_yen"), 0)
    rows = Application.objects.filter(call_id=call_id, status__in=states.OPEN)
    return rows.annotate(yen=asked)


def pools_of(call: Call) -> Pools:
    """The call's budget as the rules know it: whole, reserved for graduates, taken of both."""
    return Pools(call.budget_yen, call.reserved_yen, call.committed_yen, call.graduate_yen)
