"""An advisor's months: what is to be claimed, and what became of the earlier claims."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from advisors.claims import months, rules, states
from advisors.claims.models import Claim
from advisors.claims.policies import serves, visible_claims
from advisors.claims.selectors.lines import frozen_months, pending, unclaimed
from advisors.policies import person
from advisors.todo import Todo
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.ui.markup import era_date, era_month
from programs.selectors import ward_name


@dataclass(frozen=True, slots=True)
class OpenMonth:
    """A month that the advisor may still write. `claim` None: not begun. `is_over`: may go out."""

    ward_id: int
    month: dt.date
    visits: int
    claim: Claim | None
    is_over: bool

    @property
    def slug(self) -> str:
        return months.slug(self.month)

    @property
    def ward(self) -> str:
        return ward_name(self.ward_id)

    @property
    def is_returned(self) -> bool:
        return self.claim is not None and self.claim.status == states.RETURNED


def own_claims(actor: Actor) -> list[Claim]:
    """All of them, the newest month first. One query."""
    return list(visible_claims(actor).order_by("-month", "ward_id"))


def open_months(actor: Actor, today: dt.date) -> list[OpenMonth]:
    """Months with visits or corrections to claim, and those begun; what came back first."""
    this_month = months.month_of(today)
    with acting(actor.elevated()):
        frozen = frozen_months(person(actor))
        visits = unclaimed(actor, last=today)
        fixes = [
            fix
            for fix in pending(person(actor)).values_list("ward_id", "fee_yen", "travel_yen")
            if serves(actor, fix[0])
        ]
    count: dict[tuple[int, dt.date], int] = defaultdict(int)
    for visit in visits:
        count[
            visit.ward_id, months.target(months.month_of(visit.visited_on), frozen[visit.ward_id])
        ] += 1
    begun = {
        (row.ward_id, row.month): row
        for row in visible_claims(actor).filter(status__in=states.EDITABLE)
    }
    # Corrections go with the ward's next visits; what is owed to the advisor goes without any.
    last_month = months.month_of(this_month - dt.timedelta(days=1))
    owing = {
        ward
        for ward, _fee, _travel in fixes
        if rules.fitting([], [(fee, travel) for other, fee, travel in fixes if other == ward])
    }
    open_wards = {ward for ward, _month in {*count, *begun}}
    alone = [(ward, months.target(last_month, frozen[ward])) for ward in owing - open_wards]
    found = [
        OpenMonth(ward, month, count[ward, month], begun.get((ward, month)), month < this_month)
        for ward, month in {*count, *begun, *alone}
    ]
    return sorted(found, key=lambda row: (not row.is_returned, row.month, row.ward_id))


def waiting(actor: Actor) -> QuerySet[Claim]:
    """For the menu: what came back."""
    return visible_claims(actor).filter(status=states.RETURNED)


def todos(actor: Actor, today: dt.date) -> Iterator[Todo]:
    """For the advisor's first page: months that may go out, and those that the ward has not confirmed."""
    for row in open_months(actor, today):
        if row.is_over:
            values = {"month": era_month(row.month), "ward": row.ward}
            yield Todo(
                what=_("%(month)sの報告と請求を直して出す（%(ward)s）") % values
                if row.is_returned
                else _("%(month)sの報告と請求を出す（%(ward)s）") % values,
                about=row.claim.answer
                if row.claim and row.is_returned
                else _("受理された訪問 %(n)d回。%(day)sから出せます。")
                % {"n": row.visits, "day": era_date(months.next_month(row.month))},
                url=reverse("claims:month", args=[row.ward_id, row.slug]),
            )
    sent = visible_claims(actor).filter(status=states.SUBMITTED)
    for claim in sent.order_by("submitted_at", "pk"):
        assert claim.submitted_at is not None
        yield Todo(
            what=_("%(month)sの報告と請求（%(ward)s）")
            % {"month": era_month(claim.month), "ward": ward_name(claim.ward_id)},
            about=_("%(day)sに出しました") % {"day": era_date(clock.to_date(claim.submitted_at))},
            url=reverse("claims:month", args=[claim.ward_id, months.slug(claim.month)]),
            waits=True,
        )
