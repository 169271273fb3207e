"""Vendors that quote together: the pairs of a year, and one pair's cases."""

from dataclasses import dataclass
from itertools import combinations

from django.db.models import Count, Max

from portal.kernel.actor import Actor
from subsidies.models import Application, ApplicationVersion
from subsidies.policies import visible_applications
from subsidies.rules import quotes
from subsidies.rules.quotes import Quote
from subsidies.watch import policies
from subsidies.watch.models import Finding, Trace
from subsidies.watch.rules import names

MOST_PAIRS = 100
MOST_CASES = 100


@dataclass(frozen=True, slots=True)
class PairLine:
    """A pair of the list. `is_told`: a finding says that the two quote together."""

    key: str
    name: str
    firms: int
    applications: int
    is_told: bool


@dataclass(frozen=True, slots=True)
class PairOffer:
    """A line for which both quoted, the two in the order of the pair."""

    application: Application
    line: str
    quotes: tuple[Quote, Quote]

    @property
    def is_same_day(self) -> bool:
        one, other = self.quotes
        return one.quoted_on is not None and one.quoted_on == other.quoted_on


@dataclass(frozen=True, slots=True)
class PairCases:
    """One pair with the lines for which both quoted. `firms` counts firms."""

    key: str
    vendors: tuple[str, str]
    offers: tuple[PairOffer, ...]
    firms: int
    is_told: bool

    @property
    def chosen(self) -> tuple[int, int]:
        """How many lines each of the two was chosen for."""
        one, other = (
            sum(offer.quotes[place].is_chosen for offer in self.offers) for place in (0, 1)
        )
        return one, other

    @property
    def same_days(self) -> int:
        return sum(offer.is_same_day for offer in self.offers)


def pair_lines(actor: Actor, fiscal_year: int) -> list[PairLine]:
    """Pairs that quoted to two firms or more, those with the most firms first. Two queries."""
    rows = policies.visible_traces(actor).filter(kind=Trace.Kind.PAIR, fiscal_year=fiscal_year)
    found = (
        rows.order_by()
        .values("key")
        .annotate(
            name=Max("label"),
            firms=Count("firm", distinct=True),
            applications=Count("application", distinct=True),
        )
        .filter(firms__gte=2)
        .order_by("-firms", "name")[:MOST_PAIRS]
    )
    told = policies.visible_findings(actor).filter(kind=Finding.Kind.TOGETHER)
    keys = set(told.order_by().values_list("subject", flat=True).distinct())
    return [PairLine(**row, is_told=row["key"] in keys) for row in found]


def pair_cases(actor: Actor, key: str) -> PairCases | None:
    """One pair's cases that the actor may see, None where there are none. Four queries."""
    rows = policies.visible_traces(actor).filter(kind=Trace.Kind.PAIR, key=key)
    ids = list(rows.order_by("-application_id").values_list("application_id", flat=True))
    if not ids:
        return None
    seen = visible_applications(actor).filter(pk__in=ids[:MOST_CASES]).select_related("ward")
    cases = seen.defer("answers", "eligibility", "expense_input", "history").in_bulk()
    last = ApplicationVersion.objects.filter(application__in=cases).order_by(
        "-application_id", "-number"
    )
    offers = [
        PairOffer(cases[version.application_id], line, both)
        for version in last.distinct("application_id")
        for line, both in _offers(version, key)
    ]
    one, other = offers[0].quotes if offers else (Quote(), Quote())
    return PairCases(
        key,
        (one.vendor, other.vendor),
        tuple(offers),
        len({offer.application.firm_id for offer in offers}),
        policies.visible_findings(actor).filter(kind=Finding.Kind.TOGETHER, subject=key).exists(),
    )


def _offers(version: ApplicationVersion, key: str) -> list[tuple[str, tuple[Quote, Quote]]]:
    """The lines of a version for which both vendors of the pair quoted."""
    lines = zip(version.payload["expenses"], quotes.submitted(version.payload), strict=False)
    return [
        (line["description"], (by_key[one], by_key[other]))
        for line, kept in lines
        if (by_key := {names.name_key(quote.vendor): quote for quote in kept.quotes})
        for one, other in combinations(sorted(by_key), 2)
        if names.digest("pair", one, other) == key
    ]
