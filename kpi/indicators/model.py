"""What an indicator is made of: how it adds up over the years, what it counts once, how far it is true."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, npgettext
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Quality:
    """How far the figure can be trusted."""

    verification: str | Promise
    source: str | Promise
    accuracy: str | Promise
    limits: str | Promise
    compensation: str | Promise


class Kind(Enum):
    """Over the years: an annual count begins anew in April, the others go on."""

    ANNUAL = "annual"  # of the fiscal year
    CUMULATIVE = "cumulative"  # since the programme began
    STOCK = "stock"  # how many there are on a day: what left is taken off


class Once(Enum):
    """What counts once. The first fact in time counts, of one day the one recorded first (R3)."""

    YEAR = "year"  # a key in a fiscal year
    EVER = "ever"  # a key
    MEMBER = "member"  # a key from joining to leaving: `rules.membership`
    MATCH = "match"  # the same two firms and kind of part in 12 months: `rules.matches`


def cases(number: int) -> str:
    """件: the word behind a number of applications."""
    return ngettext("件", "件", int(number))


def people(number: int) -> str:
    """人: the word behind a number of graduates."""
    return npgettext("unit", "人", "人", int(number))


def firms(number: int) -> str:
    """社: the word behind a number of firms."""
    return npgettext("unit", "社", "社", int(number))


def person_days(number: int) -> str:
    """人日: people and days on which they came."""
    return npgettext("unit", "人日", "人日", int(number))


def times(number: int) -> str:
    """回: the word behind a number of events."""
    return npgettext("unit", "回", "回", int(number))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an indicator: what it counts by the facts of that `part`. Parts add up with the rest."""

    code: str
    name: str | Promise


@dataclass(frozen=True, slots=True)
class Level:
    """A figure beside an indicator that holds on a day and moves with the calendar. `days` back are seen."""

    code: str
    name: str | Promise
    days: int


@dataclass(frozen=True, slots=True)
class Indicator:
    """A count of facts of `event_type` (and stage, if given), each `event_key` as `once` says.

    `unit` gives the word behind a value. `target` is the policy's figure for all 23 wards together:
    of every year, or where `path` is given, at the end of the last of the programme's years that it
    tells. `leaves` is the type of fact that ends what `event_type` began. `ledger` names the records
    it is counted from; `at_site` that only wards with a lab can have any. `firms_in_key`: so many parts
    of the `event_key`, between colons, are firms (a firm that merged is counted as the one that goes on).
    """

    code: str
    version: int
    name: str | Promise
    unit: Callable[[int], str]
    event_type: str
    target: int
    definition: str | Promise
    edge_rules: str | Promise
    quality: Quality
    ledger: str | Promise
    stage: int | None = None
    kind: Kind = Kind.ANNUAL
    once: Once = Once.YEAR
    leaves: str = ""
    path: tuple[int, ...] = ()
    parts: tuple[Part, ...] = ()
    level: Level | None = None
    at_site: bool = False
    firms_in_key: int = 0

    @property
    def measure(self) -> int:
        """The policy's measure: 1 支援策①（人）, 2 支援策②（補助金）, 3 支援策③（ラボと仲間まわし）."""
        return int(self.code[0])

    @property
    def event_types(self) -> tuple[str, ...]:
        return (self.event_type, self.leaves) if self.leaves else (self.event_type,)

    @property
    def goes_on(self) -> bool:
        """Whether a year's figure stands on the years before."""
        return self.kind != Kind.ANNUAL

    def target_of(self, fiscal_year: int) -> int:
        """The policy's figure for that fiscal year; before the programme 0, after the path its end."""
        if not self.path:
            return self.target
        year = fiscal_year - settings.PROGRAMME_START_FY
        return self.path[min(year, len(self.path) - 1)] if year >= 0 else 0

    def cell(self, part: Part | Level) -> str:
        """The code of the cells of a part or level."""
        return f"{self.code}/{part.code}"

    @property
    def target_text(self) -> str:
        """The figure with its unit; of a path every year."""
        text = f"{self.target:,}{self.unit(self.target)}"
        if not self.path:
            return text
        steps = gettext("・").join(f"{value:,}" for value in self.path)
        told = gettext("%(target)s（1年目から順に、各年度末に%(steps)s）")
        return told % {"target": text, "steps": steps}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A share of a cohort, by the fiscal year in which the cohort began. `target` in %."""

    code: str
    version: int
    name: str | Promise
    target: int
    definition: str | Promise
    edge_rules: str | Promise
    quality: Quality

    @property
    def target_text(self) -> str:
        """70%."""
        return f"{self.target}%"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A quotient of sums (R7), kept in `Quotient` rows by the room that owns it. `target` in % or points.

    `by` is the programme's year (1 = the first) at whose end the target holds; 0: every year.
    `smallest` is the n below which the value is a 参考値 (shown with that word, never judged).
    """

    code: str
    version: int
    name: str | Promise
    unit: str | Promise
    target: int
    by: int
    definition: str | Promise
    edge_rules: str | Promise
    quality: Quality
    smallest: int = 0

    @property
    def measure(self) -> int:
        """The policy's measure, 1 to 3."""
        return int(self.code[0])

    @property
    def target_text(self) -> str:
        """60%."""
        return f"{self.target}{self.unit}"


RECOUNTED = _("夜間に事実の記録から全件を数え直し、表示値と一致することを確かめます。")
EXACT = _("全数。誤差はありません。")
