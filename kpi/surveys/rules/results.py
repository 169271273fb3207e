"""What a wave came to: 1-KSI, response and barriers of any group of answers. Pure; exact fractions."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import hypot

from kpi.rules import Answer, Weighted, survey_share
from kpi.surveys.rules.sampling import Stratum
from kpi.surveys.rules.weights import Cell, Count, Place, cells, weights


@dataclass(frozen=True, slots=True)
class Said:
    """The answer that counts of one firm."""

    firm_id: int
    stratum: Stratum
    state: str
    at: dt.datetime
    barriers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A ward, a size, an industry, or all: its firms, and the share among their valid answers."""

    count: Count = field(default_factory=Count)
    weighted: Weighted = field(default_factory=Weighted)

    @property
    def eligible(self) -> int:
        """Asked and not found outside."""
        return self.count.asked - self.count.outside

    @property
    def rate(self) -> Fraction | None:
        """回答率 in %: answers of those asked and not found outside."""
        return Fraction(100 * self.count.answers, self.eligible) if self.eligible else None

    @property
    def effect(self) -> Fraction | None:
        """設計効果 (Kish): n Σw² / (Σw)²; 1 where every answer weighs the same."""
        found = self.weighted
        return found.n * found.squares / found.valid**2 if found.valid else None


@dataclass(frozen=True, slots=True)
class Tally:
    """One wave: what is known of its strata, and the answers that count."""

    counts: Mapping[Stratum, Count]
    said: Sequence[Said]

    def cells(self) -> list[Cell]:
        """Ward × size as they are weighted."""
        by_place: dict[Place, Count] = defaultdict(Count)
        for stratum, count in self.counts.items():
            by_place[stratum.ward_id, stratum.size] += count
        return cells(by_place)

    def groups[Key: Hashable](self, key: Callable[[Stratum], Key]) -> dict[Key, Group]:
        """Every group that has firms, in order; groups of one `key` add up to the whole."""
        known = weights(self.cells())
        counts: dict[Key, Count] = defaultdict(Count)
        for stratum, count in self.counts.items():
            counts[key(stratum)] += count
        answers: dict[Key, list[Answer]] = defaultdict(list)
        for row in self.said:
            weight = known.get((row.stratum.ward_id, row.stratum.size), Fraction(0))
            answers[key(row.stratum)].append(Answer(str(row.firm_id), weight, row.state, row.at))
        return {
            one: Group(counts[one], survey_share(answers.get(one, [])))
            for one in sorted(counts, key=str)
        }

    def whole(self) -> Group:
        """All firms together."""
        return self.groups(lambda _stratum: "").get("", Group())

    def barriers(self) -> dict[str, Fraction]:
        """Group of barriers (A–D) → weighted % of the answers that named one of them."""
        known = weights(self.cells())
        total, named = Fraction(0), dict[str, Fraction](dict.fromkeys("ABCD", Fraction(0)))
        for row in self.said:
            weight = known.get((row.stratum.ward_id, row.stratum.size), Fraction(0))
            total += weight
            for group in {code[0] for code in row.barriers} & named.keys():
                named[group] += weight
        return {group: 100 * part / total for group, part in named.items()} if total else {}


def differ(one: Weighted, other: Weighted) -> bool:
    """Whether the difference is more than chance would make: 0 lies outside its 95 % interval, which follows
    from both shares' own intervals (Newcombe 1998, method 10).
    """
    ours, theirs = one.interval, other.interval
    if ours is None or theirs is None or one.share is None or other.share is None:
        return False
    high, low = (one, other) if one.share >= other.share else (other, one)
    above, below = (ours, theirs) if high is one else (theirs, ours)
    gap = float((high.share or 0) - (low.share or 0))
    return gap > hypot(float(high.share or 0) - above[0], below[1] - float(low.share or 0))


def added(counts: Iterable[Count]) -> Count:
    """All of them together."""
    return sum(counts, Count())
