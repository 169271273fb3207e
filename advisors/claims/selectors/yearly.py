"""支払調書 of a ward and a calendar year, from the claims that were decided and paid."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from advisors.claims import states, yearly
from advisors.claims.models import Claim, Payee
from advisors.claims.policies import may_read_statements, visible_claims
from advisors.claims.yearly import Payment, Statement
from advisors.policies import require
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.ui.numbers import posted_number

# So many calendar years can be asked for, this one included: what is filed is kept for longer by the ward.
YEARS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A statement and the claims that it is made of."""

    claims: tuple[Claim, ...]
    statement: Statement

    @property
    def claim(self) -> Claim:
        """One of them, to find the statement by; its ward is that of all."""
        return self.claims[0]

    @property
    def registration_no(self) -> str:
        """Of the payee; a number that came during the year counts for all of it."""
        return next((row.registration_no for row in self.claims if row.registration_no), "")


def year_asked(typed: str) -> int:
    """The calendar year of an address. Without one the year that is to be filed: the last until March."""
    today = clock.today()
    usual = today.year - (today.month <= 3)
    return min(max(posted_number(typed) or usual, today.year - YEARS + 1), today.year)


def year_of(claim: Claim) -> int:
    """The year of whose statement the claim is part."""
    assert claim.approved_at is not None
    return (claim.paid_on or clock.to_date(claim.approved_at)).year


def statements(actor: Actor, year: int) -> list[Row]:
    """The year's, by the payee's name. One query. Raises RoleMissing."""
    require(may_read_statements(actor))
    claims = list(_claims(actor, year))
    numbers = _numbers(claims)
    by_payee: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_payee[_payee(claim, numbers)].append(claim)
    found = yearly.statements(
        _payment(claim, payee, year) for payee, rows in by_payee.items() for claim in rows
    )
    rows = [Row(tuple(by_payee[statement.payee]), statement) for statement in found]
    return sorted(rows, key=lambda row: (row.claim.ward_id, row.statement.name, row.claim.pk))


def statement_of(actor: Actor, claim: Claim) -> Row:
    """The statement that the claim is part of. Raises RoleMissing."""
    return next(row for row in statements(actor, year_of(claim)) if claim in row.claims)


def decided_claims(actor: Actor) -> QuerySet[Claim]:
    """Claims whose payment stands."""
    return visible_claims(actor).filter(status__in=states.DECIDED).select_related("ward")


def _claims(actor: Actor, year: int) -> QuerySet[Claim]:
    """Paid in the year, or decided in it and not paid before it ended."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    decided = Q(approved_at__gte=clock.midnight(first)) & Q(
        approved_at__lt=clock.midnight(last + dt.timedelta(days=1))
    )
    late = Q(paid_on=None) | Q(paid_on__gt=last)
    rows = decided_claims(actor).filter(Q(paid_on__range=(first, last)) | (decided & late))
    return rows.select_related("ward", "terms").order_by("paid_on", "pk")


def _numbers(claims: Iterable[Claim]) -> dict[tuple[int, str], str]:
    """(ward, name) → registration number of a company that had one on any claim of the year."""
    return {
        (row.ward_id, row.payee_name): row.registration_no
        for row in claims
        if row.registration_no and row.payee_kind == Payee.Kind.COMPANY
    }


def _payee(claim: Claim, numbers: Mapping[tuple[int, str], str]) -> str:
    """The same person, or the same company whoever came from it, of a ward.

    A company that got its number during the year is one payee: its yen are not told in two parts that
    would each be too little to be filed.
    """
    if claim.payee_kind == Payee.Kind.COMPANY:
        known = numbers.get((claim.ward_id, claim.payee_name), claim.payee_name)
        return f"{claim.ward_id} company {claim.registration_no or known}"
    return f"{claim.ward_id} person {claim.advisor_id}"


def _payment(claim: Claim, payee: str, year: int) -> Payment:
    terms = claim.terms
    return Payment(
        payee=payee,
        name=claim.payee_name,
        is_company=claim.payee_kind == Payee.Kind.COMPANY,
        fee_yen=claim.fee_yen,
        travel_yen=claim.travel_yen,
        withheld_yen=claim.withheld_yen,
        is_paid=claim.paid_on is not None and claim.paid_on.year == year,
        withholds=terms is not None and terms.withholds,
        on_travel=terms is None or terms.on_travel,
    )
