"""What stands on a claim, or would stand on it if it were submitted now."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from advisors.claims import months, rules, states
from advisors.claims.models import Claim, ClaimLine, Correction, Payee, PayTerms
from advisors.models import FeeTable
from advisors.selectors.claims import AcceptedVisit, accepted_visits
from portal.kernel.actor import Actor
from portal.kernel.database import acting


@dataclass(frozen=True, slots=True)
class Sheet:
    """A claim's lines (unsaved before the submission) and its totals.

    `waiting` are corrections that this claim cannot bear.
    """

    lines: tuple[ClaimLine, ...]
    totals: rules.Settlement
    terms: PayTerms | None
    payee: Payee
    waiting: tuple[Correction, ...] = ()


def sheet_now(actor: Actor, *, ward_id: int, month: dt.date, name: str, today: dt.date) -> Sheet:
    """What the advisor's claim of that month would hold now. Six queries."""
    assert actor.user_id is not None
    # Above the advisor's rows: partners' lines count towards the number of visits paid for.
    with acting(actor.elevated()):
        visits = [
            visit
            for visit in unclaimed(actor, last=months.last_day(month))
            if visit.ward_id == ward_id
        ]
        frozen = frozen_months(actor.user_id)[ward_id]
        visits = [
            visit
            for visit in visits
            if months.target(months.month_of(visit.visited_on), frozen) == month
        ]
        lines = _visit_lines(visits, month)
        waiting = list(
            pending(actor.user_id).filter(ward_id=ward_id).select_related("line").order_by("pk")
        )
        terms = terms_on(ward_id, today)
        payee = payee_of(ward_id, actor.user_id, name)
    taken = rules.fitting(map(amounts, lines), [(row.fee_yen, row.travel_yen) for row in waiting])
    lines += [_correction_line(row) for row in waiting[:taken]]
    for position, line in enumerate(lines, start=1):
        line.position = position
    totals = rules.settle(map(amounts, lines), rule_terms(terms, payee.kind))
    return Sheet(tuple(lines), totals, terms, payee, tuple(waiting[taken:]))


def sheet_of(claim: Claim) -> Sheet:
    """What stands on a claim that was submitted, or stood on it before it was returned. One query."""
    lines = claim.lines.filter(round=claim.rounds).select_related("correction")
    return Sheet(
        tuple(lines.order_by("position")),
        rules.Settlement(claim.fee_yen, claim.travel_yen, claim.tax_yen, claim.withheld_yen),
        claim.terms,
        Payee(
            ward_id=claim.ward_id,
            user_id=claim.advisor_id,
            kind=claim.payee_kind,
            name=claim.payee_name,
            registration_no=claim.registration_no,
        ),
    )


def unclaimed(actor: Actor, *, last: dt.date) -> list[AcceptedVisit]:
    """The advisor's accepted visits that stand on no claim. One query."""
    return accepted_visits(
        actor,
        first=dt.date(2000, 1, 1),
        last=last,
        advisor_id=actor.user_id,
        besides=ClaimLine.objects.filter(released_at=None, visit__isnull=False).values("visit_id"),
    )


def frozen_months(advisor_id: int) -> "dict[int, set[dt.date]]":
    """Ward → months of which the advisor's claim is on its way or decided."""
    found: dict[int, set[dt.date]] = _Months()
    rows = Claim.objects.filter(advisor_id=advisor_id, status__in=states.CLAIMED)
    for ward_id, month in rows.values_list("ward_id", "month"):
        found[ward_id].add(month)
    return found


class _Months(dict[int, set[dt.date]]):
    def __missing__(self, ward_id: int) -> set[dt.date]:
        self[ward_id] = set()
        return self[ward_id]


def pending(advisor_id: int) -> QuerySet[Correction]:
    """Corrections that stand on no claim yet."""
    standing = ClaimLine.objects.filter(released_at=None, correction__isnull=False)
    return Correction.objects.filter(advisor_id=advisor_id).exclude(
        pk__in=standing.values("correction_id")
    )


def terms_on(ward_id: int, day: dt.date) -> PayTerms | None:
    """The ward's version that holds on a day."""
    rows = PayTerms.objects.filter(ward_id=ward_id, valid_from__lte=day).exclude(published_at=None)
    return rows.order_by("-valid_from", "-number").first()


def payee_of(ward_id: int, user_id: int, name: str) -> Payee:
    """Whom the ward pays; the advisor in person where nothing else was entered (unsaved)."""
    row = Payee.objects.filter(ward_id=ward_id, user_id=user_id).first()
    return row or Payee(ward_id=ward_id, user_id=user_id, name=name)


def rule_terms(terms: PayTerms | None, payee_kind: str) -> rules.Terms:
    """For the rules: nothing is withheld without terms, nor from a company."""
    if terms is None:
        return rules.Terms()
    is_person = payee_kind == Payee.Kind.PERSON
    return rules.Terms(terms.withholds and is_person, terms.on_travel, terms.on_net)


def amounts(line: ClaimLine) -> rules.Amounts:
    """For the rules."""
    return line.fee_yen, line.travel_yen


def rate_of(fees: FeeTable, side: str) -> rules.Rate:
    """For the rules."""
    return rules.Rate(
        fees.hour_yen(side), fees.most_minutes, fees.most_travel_yen, fees.most_visits
    )


def _visit_lines(visits: Sequence[AcceptedVisit], month: dt.date) -> list[ClaimLine]:
    found = [
        rules.Visited(
            case=visit.engagement_id,
            minutes=visit.minutes,
            travel_yen=visit.travel_yen,
            rate=rate_of(visit.fees, visit.side),
            is_late=months.month_of(visit.visited_on) != month,
        )
        for visit in visits
    ]
    priced = rules.price_all(found, _paid_before({visit.engagement_id for visit in visits}))
    return [visit_line(visit, paid) for visit, paid in zip(visits, priced, strict=True)]


def visit_line(visit: AcceptedVisit, paid: rules.Priced) -> ClaimLine:
    """The unsaved line of a visit."""
    return ClaimLine(
        ward_id=visit.ward_id,
        firm_id=visit.firm_id,
        visit_id=visit.visit_id,
        firm_name=visit.firm_name,
        visited_on=visit.visited_on,
        side=visit.side,
        minutes=visit.minutes,
        paid_minutes=paid.paid_minutes,
        hour_yen=visit.fees.hour_yen(visit.side),
        fee_table=visit.fees.number,
        fee_yen=paid.fee_yen,
        travel_yen=paid.travel_yen,
        notes=list(paid.notes),
    )


def _correction_line(row: Correction) -> ClaimLine:
    first = row.line
    return ClaimLine(
        ward_id=row.ward_id,
        firm_id=row.firm_id,
        correction=row,
        firm_name=first.firm_name,
        visited_on=first.visited_on,
        side=first.side,
        minutes=first.minutes,
        paid_minutes=first.paid_minutes,
        hour_yen=first.hour_yen,
        fee_table=first.fee_table,
        fee_yen=row.fee_yen,
        travel_yen=row.travel_yen,
    )


def _paid_before(cases: Iterable[int]) -> Counter[int]:
    """Visits of these engagements that stand on claims and are paid, whoever's they are."""
    rows = ClaimLine.objects.filter(released_at=None, visit__engagement_id__in=list(cases)).exclude(
        notes__contains=[rules.OVER_VISITS]
    )
    counted = rows.values("visit__engagement_id").annotate(n=Count("pk")).order_by()
    return Counter({row["visit__engagement_id"]: row["n"] for row in counted})
