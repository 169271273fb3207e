"""What one official would hand over, and what was handed over before."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from portal.duty import policies
from portal.duty.models import HandOver
from portal.kernel.actor import Actor
from subsidies import states as application_states
from subsidies.obligations import states as obligation_states
from subsidies.obligations.models import Obligation
from subsidies.obligations.selectors.handover import in_charge_of, owned_by


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the 引継書."""

    what: str
    about: str
    number: str
    state: str
    due: dt.date | None


def to_hand_over(actor: Actor, giver_id: int, *, today: dt.date) -> list[Line]:
    """The person's open applications and obligations, the nearest day first: two queries."""
    found = [
        *map(_of_application, in_charge_of(actor, giver_id)),
        *map(_of_obligation, owned_by(actor, giver_id, today=today)),
    ]
    return sorted(found, key=lambda line: (line.due or dt.date.max, line.number))


def _of_application(row: Any) -> Line:
    state = application_states.APPLICATION.state(row.status)
    return Line(row.scheme_name, row.firm_name, row.receipt_no or "", str(state.label), row.due_on)


def _of_obligation(row: Obligation) -> Line:
    state = obligation_states.OBLIGATION.state(row.status)
    return Line(
        str(row.get_kind_display()), row.firm_name, row.receipt_no, str(state.label), row.due_on
    )


def visible_hand_overs(actor: Actor) -> QuerySet[HandOver]:
    """The ward's, the newest first."""
    rows = HandOver.objects.select_related("giver", "taker", "done_by")
    if not policies.is_official(actor):
        return rows.none()
    return rows.filter(ward_id=actor.ward_id or 0)
