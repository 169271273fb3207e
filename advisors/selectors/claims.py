"""The seam to the rooms above (advisors.claims, advisors.adoption): accepted visits, as they are paid.

What is given here does not change: an accepted visit is not written on, nor is its fee table. It may
be taken back as long as it stands on no claim (advisors.claims.services.taking_back).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from advisors import policies, states
from advisors.models import FeeTable
from portal.kernel import clock
from portal.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class AcceptedVisit:
    """One accepted visit. Yen are whole; `fees` is the version that held on the day."""

    visit_id: int
    engagement_id: int
    ward_id: int
    firm_id: int
    firm_name: str
    advisor_id: int
    side: str
    visited_on: dt.date
    minutes: int
    travel_minutes: int
    travel_yen: int
    fees: FeeTable


def accepted_visits(
    actor: Actor,
    *,
    first: dt.date,
    last: dt.date,
    advisor_id: int | None = None,
    besides: QuerySet[Any, Any] | None = None,
) -> list[AcceptedVisit]:
    """Accepted visits of these days (both included) that the actor sees, in order. One query.

    `besides` gives the ids of visits that are left out.
    """
    rows = policies.visible_visits(actor).filter(
        status=states.ACCEPTED,
        starts_at__gte=clock.midnight(first),
        starts_at__lt=clock.midnight(last + dt.timedelta(days=1)),
    )
    if advisor_id is not None:
        rows = rows.filter(advisor_id=advisor_id)
    if besides is not None:
        rows = rows.exclude(pk__in=besides)
    found = rows.select_related("engagement", "fee_table").order_by("starts_at", "pk")
    return [
        AcceptedVisit(
            visit_id=row.pk,
            engagement_id=row.engagement_id,
            ward_id=row.ward_id,
            firm_id=row.firm_id,
            firm_name=row.engagement.firm_name,
            advisor_id=row.advisor_id,
            side=row.side,
            visited_on=clock.to_date(row.starts_at),
            minutes=row.minutes,
            travel_minutes=row.travel_minutes,
            travel_yen=row.travel_yen,
            fees=row.fee_table,
        )
        for row in found
        if row.fee_table is not None
    ]
