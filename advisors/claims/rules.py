"""What a month's visits are paid, and what is withheld. Pure; yen as int, rates exact.

A visit: the hour's fee of the fee table that was frozen with it, for the minutes up to the table's
limit, cut off below a yen; fares up to the table's limit; nothing beyond the number of visits that a
firm is paid for. The table's yen contain consumption tax.

Withholding: 所得税法204条1項2号 (fees of 企業診断員 and others, 所得税法施行令320条2項) with 205条1号,
and 復興財源確保法28条: 10.21 % of what is paid to a person at once, 20.42 % of what lies above
1,000,000円, cut off below a yen (国税通則法119条2項). None for a company.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from portal.kernel.money import portion

# Codes of what was done to a visit's figures; words are in advisors.claims.words.
OVER_VISITS, OVER_TIME, OVER_FARE, LATE = "over_visits", "over_time", "over_fare", "late"

TAX_WITHIN = Fraction(10, 110)
LOW_RATE, HIGH_RATE = Fraction(1021, 10_000), Fraction(2042, 10_000)
LOW_UP_TO = 1_000_000


@dataclass(frozen=True, slots=True)
class Rate:
    """What the frozen fee table says for that place of the team. 円 with tax."""

    hour_yen: int
    most_minutes: int
    most_travel_yen: int
    most_visits: int


@dataclass(frozen=True, slots=True)
class Visited:
    """An accepted visit. `case` is what the limit of visits is counted over."""

    case: int
    minutes: int
    travel_yen: int
    rate: Rate
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Priced:
    """A visit as it is paid; `notes` are codes of what was cut, in a fixed order."""

    paid_minutes: int
    fee_yen: int
    travel_yen: int
    notes: tuple[str, ...] = ()

    @property
    def is_paid(self) -> bool:
        """Whether it counts among the visits a firm is paid for."""
        return OVER_VISITS not in self.notes


@dataclass(frozen=True, slots=True)
class Terms:
    """How the ward pays this advisor.

    `withholds`: the ward withholds income tax, and the payee is a person. `on_travel`: fares paid
    to the person count as their fee (所得税基本通達204-2). `on_net`: tax is withheld from the amount
    without consumption tax, because the claim shows that apart (消費税法等の施行に伴う源泉所得税の
    取扱い通達).
    """

    withholds: bool = False
    on_travel: bool = True
    on_net: bool = False


@dataclass(frozen=True, slots=True)
class Settlement:
    """A claim's totals. `tax_yen` is the consumption tax within `total_yen`."""

    fee_yen: int
    travel_yen: int
    tax_yen: int
    withheld_yen: int

    @property
    def total_yen(self) -> int:
        return self.fee_yen + self.travel_yen

    @property
    def pay_yen(self) -> int:
        """差引支払額: what reaches the advisor."""
        return self.total_yen - self.withheld_yen


Amounts = tuple[int, int]  # (fee, fares), 円; both signed on a correction


def price(visit: Visited, paid_before: int) -> Priced:
    """One visit, when so many of the firm were paid before it."""
    notes: tuple[str, ...] = (LATE,) if visit.is_late else ()
    if paid_before >= visit.rate.most_visits:
        return Priced(0, 0, 0, (*notes, OVER_VISITS))
    minutes = min(visit.minutes, visit.rate.most_minutes)
    travel = min(visit.travel_yen, visit.rate.most_travel_yen)
    if minutes < visit.minutes:
        notes += (OVER_TIME,)
    if travel < visit.travel_yen:
        notes += (OVER_FARE,)
    return Priced(minutes, portion(visit.rate.hour_yen, Fraction(minutes, 60)), travel, notes)


def price_all(visits: Sequence[Visited], paid_before: Mapping[int, int]) -> list[Priced]:
    """Visits in order; `paid_before` counts the paid ones of each case on other claims."""
    paid, found = dict(paid_before), []
    for visit in visits:
        line = price(visit, paid.get(visit.case, 0))
        if line.is_paid:
            paid[visit.case] = paid.get(visit.case, 0) + 1
        found.append(line)
    return found


def fitting(lines: Iterable[Amounts], corrections: Sequence[Amounts]) -> int:
    """How many of the corrections, in order, the claim can bear.

    A claim is never below nothing, neither in fees nor in fares: the rest waits for the next one.
    """
    fee, travel = _sums(lines)
    for taken, (fee_yen, travel_yen) in enumerate(corrections):
        fee, travel = fee + fee_yen, travel + travel_yen
        if fee < 0 or travel < 0:
            return taken
    return len(corrections)


def settle(lines: Iterable[Amounts], terms: Terms) -> Settlement:
    """The totals of a claim's lines, corrections among them. Raises ValueError below nothing."""
    fee, travel = _sums(lines)
    if fee < 0 or travel < 0:
        raise ValueError("a claim is never below nothing")
    tax = portion(fee + travel, TAX_WITHIN)
    base = fee + travel if terms.on_travel else fee
    if terms.on_net:
        base -= portion(base, TAX_WITHIN)
    return Settlement(fee, travel, tax, withheld(base) if terms.withholds else 0)


def withheld(base_yen: int) -> int:
    """Income tax with 復興特別所得税 on a payment of that much to a person. 円, cut off."""
    if base_yen <= LOW_UP_TO:
        return portion(base_yen, LOW_RATE)
    return portion(LOW_UP_TO, LOW_RATE) + portion(base_yen - LOW_UP_TO, HIGH_RATE)


def _sums(lines: Iterable[Amounts]) -> Amounts:
    kept = list(lines)
    return sum(fee for fee, _ in kept), sum(travel for _, travel in kept)
