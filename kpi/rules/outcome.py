"""1-OC: who invested within a year of the Dojo."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from kpi.rules.ratios import tenths_text

# Stages of the grants in the order of the split, and what has none: an investment that was reported.
STAGES = (1, 2, 3)
REPORTED = 0


@dataclass(frozen=True, slots=True)
class Completed:
    """A firm's completion of the Dojo (a fact that counts)."""

    firm_id: int
    ward_id: int
    on: dt.date


@dataclass(frozen=True, slots=True)
class Invested:
    """What counts as an investment of a firm: an application of `stage` 1 to 3, or a report (0)."""

    firm_id: int
    on: dt.date
    stage: int = REPORTED

    @property
    def order(self) -> tuple[dt.date, bool, int]:
        """The earlier day first; on one day an application before a report, the lower stage first."""
        return self.on, self.stage == REPORTED, self.stage


@dataclass(frozen=True, slots=True)
class Followed:
    """One firm from its first completion on: the first investment within the year, if any.

    `stage` is that investment's: 1 to 3 of an application, 0 of a report.
    """

    firm_id: int
    ward_id: int
    completed_on: dt.date
    invested_on: dt.date | None
    has_replied: bool
    stage: int = REPORTED

    @property
    def matures_on(self) -> dt.date:
        return anniversary(self.completed_on)


@dataclass(frozen=True, slots=True)
class Share:
    """1-OC of some firms as of a day: counts that add up over wards and months; shares do not.

    `lives` is what the estimate needs: days since completion → (invested, seen no further).
    `by_stage` are those of `invested` whose first investment was an application of stage 1, 2, 3.
    """

    completed: int = 0
    matured: int = 0
    invested: int = 0
    replied: int = 0
    invested_replied: int = 0
    lives: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    by_stage: tuple[int, ...] = (0, 0, 0)

    @property
    def reported(self) -> int:
        """Of the firms that invested: those that first did so without an application here."""
        return self.invested - sum(self.by_stage)

    @property
    def rate(self) -> Fraction | None:
        """Of the matured firms; None while none has matured."""
        return Fraction(self.invested, self.matured) if self.matured else None

    @property
    def maturity(self) -> Fraction | None:
        """成熟率: how many of the cohort a year has passed for."""
        return Fraction(self.matured, self.completed) if self.completed else None

    @property
    def rate_of_replied(self) -> Fraction | None:
        """Of the matured firms that have answered a survey."""
        return Fraction(self.invested_replied, self.replied) if self.replied else None

    @property
    def estimate(self) -> Fraction | None:
        """推計: the 12-month incidence after Kaplan and Meier, immature firms included.

        None while no firm has been seen for the whole year: the curve ends before it.
        """
        if not self.matured:
            return None
        left, staying = self.completed, Fraction(1)
        for day in sorted(self.lives):
            invested, unseen = self.lives[day]
            if invested:
                staying *= 1 - Fraction(invested, left)
            left -= invested + unseen
        return 1 - staying


def together(shares: Iterable[Share]) -> Share:
    """Their sum. Every day of every one is looked at once, however many there are."""
    found = list(shares)
    invested, unseen = Counter[int](), Counter[int]()
    for one in found:
        for day, (bought, left) in one.lives.items():
            invested[day] += bought
            unseen[day] += left
    return Share(
        sum(one.completed for one in found),
        sum(one.matured for one in found),
        sum(one.invested for one in found),
        sum(one.replied for one in found),
        sum(one.invested_replied for one in found),
        {day: (invested[day], unseen[day]) for day in invested.keys() | unseen.keys()},
        tuple(sum(one.by_stage[at] for one in found) for at in range(len(STAGES))),
    )


def anniversary(day: dt.date) -> dt.date:
    """The same day a year later; of 29 February the 28th."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if is_leap_day else day.day)


def follow(
    completions: Iterable[Completed],
    investments: Iterable[Invested],
    replied: Iterable[int] = (),
) -> list[Followed]:
    """Each firm from its first completion ever, with its first investment from that day to a year on.

    `investments` are applications and reports alike, in any order; of completions on one day the one
    that is given first counts. A firm that closed stays; one that came back goes on.
    """
    first: dict[int, Completed] = {}
    for row in completions:
        if row.firm_id not in first or row.on < first[row.firm_id].on:
            first[row.firm_id] = row
    found: dict[int, Invested] = {}
    for item in investments:
        begun = first.get(item.firm_id)
        if begun and begun.on <= item.on <= anniversary(begun.on):
            found[item.firm_id] = min(item, found.get(item.firm_id, item), key=lambda x: x.order)
    answered = set(replied)
    return [
        Followed(
            firm_id=row.firm_id,
            ward_id=row.ward_id,
            completed_on=row.on,
            invested_on=item.on if item else None,
            has_replied=row.firm_id in answered,
            stage=item.stage if item else REPORTED,
        )
        for row in first.values()
        for item in [found.get(row.firm_id)]
    ]


def share(firms: Iterable[Followed], *, as_of: dt.date) -> Share:
    """1-OC of these firms: those a year has passed for, and how many of them invested in it."""
    known = [firm for firm in firms if firm.completed_on <= as_of]
    matured = [firm for firm in known if firm.matures_on <= as_of]
    replied = [firm for firm in matured if firm.has_replied]
    stages = Counter(firm.stage for firm in matured if firm.invested_on is not None)
    invested, unseen = Counter[int](), Counter[int]()
    for firm in known:
        if firm.invested_on is not None and firm.invested_on <= as_of:
            invested[(firm.invested_on - firm.completed_on).days] += 1
        else:
            unseen[(min(as_of, firm.matures_on) - firm.completed_on).days] += 1
    return Share(
        completed=len(known),
        matured=len(matured),
        invested=stages.total(),
        replied=len(replied),
        invested_replied=sum(firm.invested_on is not None for firm in replied),
        lives={day: (invested[day], unseen[day]) for day in invested.keys() | unseen.keys()},
        by_stage=tuple(stages[stage] for stage in STAGES),
    )


def percent_text(value: Fraction | None) -> str:
    """72.0 of 0.72; — for what cannot be said yet (R6, R7)."""
    return tenths_text(None if value is None else 100 * value)
