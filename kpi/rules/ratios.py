"""Ratios that are made from sums: 1-KGI, 1-KSI, 2-KGI, 2-OC (R7). Exact fractions; only intervals are floats.

All shares, growths and gaps are in % or points, so that 15 means 15 %. What cannot be said is None (R6).
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import sqrt
from statistics import NormalDist

# Two-sided 95 %.
_Z = NormalDist().inv_cdf(0.975)
# Below so many answers a survey's share is a 参考値.
FEW_ANSWERS = 30
# Growth is cut at these per cent of the pooled firms, so that a ten-fold typing error cannot carry a mean.
LOW_CUT, HIGH_CUT = Fraction(2, 100), Fraction(98, 100)
# What somebody says of the DX of the firm. 1-KSI counts the first two among the first three.
POSITIVE, VALID = ("done", "considering"), ("done", "considering", "none")


@dataclass(frozen=True, slots=True)
class Sum:
    """付加価値額 in 千円 and 従業員数 in 人, of a ward or of all: sums add up, productivity does not."""

    value_added_thousand_yen: Decimal | int
    employees: Decimal | int

    @property
    def productivity(self) -> Fraction | None:
        """千円 a head; None without anybody."""
        if not self.employees:
            return None
        return Fraction(self.value_added_thousand_yen) / Fraction(self.employees)

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(
            self.value_added_thousand_yen + other.value_added_thousand_yen,
            self.employees + other.employees,
        )


def productivity_growth(base: Sum, now: Sum) -> Fraction | None:
    """1-KGI: 100 × (LPₜ / LP₀ − 1), LP = Σ付加価値額 / Σ従業員数, in %.

    None where nobody works in one of the years, or the base added no value: growth from there means nothing.
    """
    before, after = base.productivity, now.productivity
    if before is None or after is None or before <= 0:
        return None
    return 100 * (after / before - 1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a firm answered in a wave; `state` is done, considering, none or unknown (わからない, 無回答)."""

    firm_key: str
    weight: Fraction
    state: str
    answered_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Weighted:
    """1-KSI of some answers: weighted sums that add up over wards, and `n` valid answers beneath them."""

    positive: Fraction = Fraction(0)
    valid: Fraction = Fraction(0)
    # Σ w², from which the interval knows how uneven the weights are.
    squares: Fraction = Fraction(0)
    n: int = 0

    @property
    def share(self) -> Fraction | None:
        """Weighted positive / weighted valid answers, in %."""
        return 100 * self.positive / self.valid if self.valid else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % of the share in %, after Wilson, with Kish's effective number (Σw)² / Σw² of answers."""
        if not self.valid:
            return None
        size, part = float(self.valid**2 / self.squares), float(self.positive / self.valid)
        middle = part + _Z**2 / (2 * size)
        half = _Z * sqrt(part * (1 - part) / size + _Z**2 / (4 * size**2))
        whole = 1 + _Z**2 / size
        return 100 * max(0.0, (middle - half) / whole), 100 * min(1.0, (middle + half) / whole)

    @property
    def is_small(self) -> bool:
        """参考値: too few answers to judge by."""
        return self.n < FEW_ANSWERS

    def __add__(self, other: "Weighted") -> "Weighted":
        return Weighted(
            self.positive + other.positive,
            self.valid + other.valid,
            self.squares + other.squares,
            self.n + other.n,
        )


def survey_share(answers: Iterable[Answer]) -> Weighted:
    """1-KSI of one wave: the last answer of each firm; of one moment the one given last in the list.

    `unknown` is no valid answer, nor is one without weight. Raises ValueError for another state or a
    negative weight.
    """
    last: dict[str, Answer] = {}
    for answer in answers:
        if answer.state not in (*VALID, "unknown") or answer.weight < 0:
            raise ValueError(f"no such answer: {answer.state} with weight {answer.weight}")
        held = last.get(answer.firm_key)
        if held is None or held.answered_at <= answer.answered_at:
            last[answer.firm_key] = answer
    valid = [row for row in last.values() if row.state in VALID and row.weight]
    return Weighted(
        positive=sum((row.weight for row in valid if row.state in POSITIVE), Fraction(0)),
        valid=sum((row.weight for row in valid), Fraction(0)),
        squares=sum((row.weight**2 for row in valid), Fraction(0)),
        n=len(valid),
    )


@dataclass(frozen=True, slots=True)
class Growth:
    """付加価値額 of one firm in 円: VA₋₁ before the grant was decided, VA₊₁ in the first full year after."""

    before: int
    after: int
    ward_id: int = 0

    @property
    def percent(self) -> Fraction | None:
        """g = VA₊₁ / VA₋₁ − 1 in %; None from nothing or a loss."""
        return (
            _short(Fraction(100 * (self.after - self.before), self.before))
            if self.before > 0
            else None
        )


def _short(value: Fraction) -> Fraction:
    """To a millionth of a per cent, half up: sums of thousands of other fractions would take minutes."""
    return Fraction((2_000_000 * value + 1) // 2, 1_000_000)


@dataclass(frozen=True, slots=True)
class Side:
    """The growth of users or of the others: ward → (sum of the winsorised growth in %, firms).

    Firms without value to grow from (VA₋₁ ≤ 0) are in no mean.
    """

    wards: Mapping[int, tuple[Fraction, int]]

    @property
    def total(self) -> Fraction:
        return sum((total for total, _n in self.wards.values()), Fraction(0))

    @property
    def n(self) -> int:
        return sum(n for _total, n in self.wards.values())

    @property
    def mean(self) -> Fraction | None:
        return self.total / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Gap:
    """2-KGI: how many points the users grew more than the others. Descriptive; it shows no cause."""

    users: Side
    others: Side

    @property
    def points(self) -> Fraction | None:
        """Mean against mean, both winsorised; None while one side is empty."""
        if self.users.mean is None or self.others.mean is None:
            return None
        return self.users.mean - self.others.mean


def growth_gap(users: Iterable[Growth], others: Iterable[Growth]) -> Gap:
    """2-KGI of firms whose grants were completed in one fiscal year, against firms without a grant.

    Both sides are winsorised at the same two cuts, the 2 and 98 % of all of them, so that neither is
    treated otherwise and wards add up.
    """
    ours, theirs = list(users), list(others)
    known = [row.percent for row in (*ours, *theirs)]
    cuts = _cuts([value for value in known if value is not None])
    return Gap(_side(ours, cuts), _side(theirs, cuts))


def winsorised(
    users: Sequence[Growth], others: Sequence[Growth]
) -> tuple[list[Fraction | None], list[Fraction | None]]:
    """The growth of each firm as `growth_gap` adds it up: in %, cut on both sides alike."""
    known = [row.percent for row in (*users, *others)]
    cuts = _cuts([value for value in known if value is not None])
    ours, theirs = ([_cut(row, cuts) for row in rows] for rows in (users, others))
    return ours, theirs


@dataclass(frozen=True, slots=True)
class FeltShare:
    """2-OC: firms whose grants were completed in a fiscal year, those that answered, those that felt an effect."""

    completions: int = 0
    answered: int = 0
    felt: int = 0


def felt_share(completed: Iterable[object], answers: Iterable[tuple[object, bool]]) -> FeltShare:
    """2-OC: `completed` are the firms, `answers` (firm, whether it felt an effect).

    A firm with two grants counts once, and one yes is enough; what firms without a completion answered
    (their grant was revoked, or its project given up) counts nowhere.
    """
    firms = set(completed)
    said: dict[object, bool] = {}
    for firm, felt in answers:
        if firm in firms:
            said[firm] = said.get(firm, False) or felt
    return FeltShare(len(firms), len(said), sum(said.values()))


def tenths_text(value: Fraction | Decimal | None, *, signed: bool = False) -> str:
    """15.0 with one decimal, rounded half away from zero; — for what cannot be said (R6, R7)."""
    if value is None:
        return "—"
    told = tenths(value)
    sign = "−" if told < 0 else "+" if signed and told else ""
    return f"{sign}{abs(told):,}"


def tenths(value: Fraction | Decimal) -> Decimal:
    """With one decimal, rounded half away from zero."""
    whole = int(abs(Fraction(value)) * 10 + Fraction(1, 2))
    return Decimal(-whole if value < 0 else whole).scaleb(-1)


def quantile(values: Sequence[Fraction], part: Fraction) -> Fraction:
    """Between the two nearest of the sorted values, in proportion (the usual definition, R's type 7)."""
    ordered = sorted(values)
    place = part * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _cuts(values: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    if not values:
        return Fraction(0), Fraction(0)
    return quantile(values, LOW_CUT), quantile(values, HIGH_CUT)


def _side(rows: Iterable[Growth], cuts: tuple[Fraction, Fraction]) -> Side:
    wards: dict[int, tuple[Fraction, int]] = {}
    for row in rows:
        if (percent := _cut(row, cuts)) is not None:
            total, n = wards.get(row.ward_id, (Fraction(0), 0))
            wards[row.ward_id] = total + percent, n + 1
    return Side(wards)


def _cut(row: Growth, cuts: tuple[Fraction, Fraction]) -> Fraction | None:
    percent = row.percent
    return None if percent is None else min(max(percent, cuts[0]), cuts[1])
