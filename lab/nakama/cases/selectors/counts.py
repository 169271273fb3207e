"""Counts over all wards: what officials, policy staff and auditors read. No names, no prices."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count

from lab.nakama.cases import policies, states
from lab.nakama.cases.models import Case, CaseStep, Invitation, Outcome
from lab.nakama.cases.rules.terms import Concentration, concentration
from lab.nakama.models import CapabilityProfile
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.selectors import ward_names

A_YEAR = dt.timedelta(days=365)
LISTED = ("prefilled", "confirmed")


@dataclass(frozen=True, slots=True)
class WardCounts:
    """One ward's cases by where they stand."""

    name: str
    asking: int
    making: int
    closed: int
    failed: int


@dataclass(frozen=True, slots=True)
class Counts:
    """The page."""

    wards: list[WardCounts]
    total: WardCounts
    matches: int
    joint: int
    asked: int
    answered: int
    median_hours: int | None
    spread: Concentration


def counts(actor: Actor, *, today: dt.date) -> Counts:
    """Of the fiscal year for outcomes, of a year for answers and concentration. As the system."""
    names = ward_names()
    first, last = clock.fiscal_year_bounds(clock.fiscal_year(today))
    with acting(actor.elevated()):
        grouped = Case.objects.exclude(status=states.DRAFT).order_by()
        by_ward: Counter[tuple[int, str]] = Counter(
            {
                (ward, state): n
                for ward, state, n in grouped.values_list("ward_id", "status").annotate(
                    n=Count("pk")
                )
            }
        )
        facts = Counter(
            Outcome.objects.filter(occurred_on__range=(first, last)).values_list("kind", flat=True)
        )
        since = clock.midnight(today - A_YEAR)
        rows = Invitation.objects.filter(sent_at__gt=since)
        answered = [
            answer - sent
            for sent, answer in rows.values_list("sent_at", "answered_at")
            if answer is not None
        ]
        asked = rows.count()
        won = Counter(
            CaseStep.objects.filter(
                firm__isnull=False, case__award__awarded_at__gt=since
            ).values_list("firm_id", flat=True)
        )
        firms = set(
            CapabilityProfile.objects.filter(status__in=LISTED).values_list("firm_id", flat=True)
        )
    hours = sorted(int(span.total_seconds() // 3600) for span in answered)
    split: dict[int, Counter[str]] = defaultdict(Counter)
    everything: Counter[str] = Counter()
    for (code, state), n in by_ward.items():
        split[code][state] += n
        everything[state] += n
    wards = [_ward(name, split[code]) for code, name in names.items() if code in split]
    return Counts(
        wards=wards,
        total=_ward("", everything),
        matches=facts[Outcome.Kind.MATCH],
        joint=facts[Outcome.Kind.JOINT],
        asked=asked,
        answered=len(hours),
        median_hours=hours[len(hours) // 2] if hours else None,
        spread=concentration([won[firm] for firm in firms | set(won)]),
    )


def _ward(name: str, by_state: Counter[str]) -> WardCounts:
    return WardCounts(
        name=name,
        asking=sum(by_state[state] for state in states.ASKING),
        making=by_state[states.RUNNING] + by_state[states.DELIVERED],
        closed=by_state[states.CLOSED],
        failed=by_state[states.FAILED] + by_state[states.WITHDRAWN],
    )


def own_ward(actor: Actor) -> list[Case]:
    """The ward's cases: number and status alone."""
    if actor.hat != Hat.WARD:
        return []
    return list(policies.visible_cases(actor).order_by("-opened_at", "-pk")[:100])
