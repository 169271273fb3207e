"""What the team rule is given: the request, and every advisor that could be thought of."""

import datetime as dt
from collections import Counter
from collections.abc import Collection

from django.db.models import Q

from advisors import policies, states
from advisors.models import Advisor, SupportRequest, TeamMember
from advisors.rules.team import Candidate, Need, Proposal, propose
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.models import FirmMembership
from programs.rules import fold

MONTHS = 6


def six_months_on(day: dt.date) -> dt.date:
    """The last day of an engagement that begins on `day`: 1 Oct → 31 Mar, 31 Aug → 28 Feb."""
    month = day.month - 1 + MONTHS
    year, month = day.year + month // 12, month % 12 + 1
    first_after = dt.date(year + month // 12, month % 12 + 1, 1)
    last_of_month = (first_after - dt.timedelta(days=1)).day
    if day.day > last_of_month:
        return dt.date(year, month, last_of_month)
    return dt.date(year, month, day.day) - dt.timedelta(days=1)


def need_of(request: SupportRequest, starts_on: dt.date, ends_on: dt.date | None = None) -> Need:
    """The request as the rule sees it."""
    return Need(
        ward=request.ward_id,
        starts_on=starts_on,
        ends_on=ends_on or six_months_on(starts_on),
        fields=frozenset(request.fields),
        languages=frozenset(request.languages),
        vendors=frozenset(map(fold, request.vendors)),
    )


def proposal(
    actor: Actor,
    request: SupportRequest,
    starts_on: dt.date,
    *,
    ends_on: dt.date | None = None,
    lock: Collection[int] = (),
    without: int | None = None,
) -> Proposal:
    """The rule's proposal. `lock` holds those entries until the transaction ends; the engagement
    `without` does not count as load.
    """
    policies.require(policies.is_office(actor))
    rows = policies.visible_advisors(actor)
    shown = set(rows.values_list("pk", flat=True))
    with acting(actor.elevated()):
        if lock:
            locked = Advisor.objects.filter(pk__in=lock).order_by("pk")
            list(locked.select_for_update(of=("self",)))
        candidates = _candidates(shown, request, starts_on, without)
    return propose(need_of(request, starts_on, ends_on), candidates)


def _candidates(
    keys: Collection[int], request: SupportRequest, starts_on: dt.date, without: int | None
) -> list[Candidate]:
    """Four queries. The load counts running engagements of all wards: a visit a month each."""
    rows = list(Advisor.objects.filter(pk__in=keys).select_related("user"))
    users = [row.user_id for row in rows]
    busy = TeamMember.objects.filter(
        user_id__in=users, until=None, engagement__status__in=states.PHASES
    )
    if without is not None:
        busy = busy.exclude(engagement_id=without)
    load = Counter(busy.values_list("user_id", flat=True))
    roles = Assignment.objects.live_on(starts_on).filter(
        Q(ward_id=request.ward_id) | Q(ward_id=None), user_id__in=users, role=Role.ADVISOR
    )
    holding = set(roles.values_list("user_id", flat=True))
    insiders = set(
        FirmMembership.objects.filter(
            firm_id=request.firm_id, user_id__in=users, valid_to=None
        ).values_list("user_id", flat=True)
    )
    return [
        Candidate(
            key=row.pk,
            name=row.user.name,
            sides=frozenset(row.sides),
            wards=frozenset(row.wards),
            capacity=row.capacity,
            contract_from=row.contract_from,
            contract_to=row.contract_to,
            qualifications=frozenset(row.qualifications),
            fields=frozenset(row.fields),
            languages=frozenset(row.languages),
            vendors=frozenset(map(fold, row.vendors)),
            load=load[row.user_id],
            has_role=row.user_id in holding,
            is_of_firm=row.user_id in insiders,
        )
        for row in rows
    ]
