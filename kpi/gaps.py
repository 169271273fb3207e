"""2-KGI taken apart: the growth of users and of the others by stage, size class and industry.

Sums that the room of accounts keeps beside each ward's row (`detail["groups"]`), so that a page adds a few rows
up. Whoever reads: a class with one or two firms on a side stays untold, with what would give it away.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.indicators.ratios import GAP, OTHERS, USERS
from kpi.rules.ratios import tenths_text
from kpi.selectors import ratios
from kpi.selectors.quotients import RatioValue
from programs.industry import JSIC, SIZE_LABELS
from programs.small_cells import Cell, ends, is_small, withheld

_INDUSTRY = dict(JSIC)
# What stands above `Line.texts`.
HEADS: tuple[str | Promise, ...] = (
    gettext_lazy("交付企業（社）"),
    gettext_lazy("増加率の平均（%）"),
    gettext_lazy("非交付企業（社）"),
    gettext_lazy("非交付の増加率の平均（%）"),
    gettext_lazy("差（ポイント）"),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Σ of the winsorised growth in %, and firms."""

    total: Fraction = Fraction(0)
    n: int = 0

    @property
    def mean(self) -> Fraction | None:
        return self.total / self.n if self.n else None

    def __add__(self, other: "Group") -> "Group":
        return Group(self.total + other.total, self.n + other.n)


@dataclass(frozen=True, slots=True)
class Line:
    """A class on both sides; `is_untold`: no figure of it is shown."""

    label: str
    users: Group
    others: Group
    is_untold: bool = False

    @property
    def points(self) -> Fraction | None:
        """Mean against mean."""
        if self.users.mean is None or self.others.mean is None:
            return None
        return self.users.mean - self.others.mean

    @property
    def texts(self) -> list[str]:
        """Firms and growth of users and of the others, and the gap; untold ones say so."""
        if self.is_untold:
            return [_("非公表")] * len(HEADS)
        return [
            f"{self.users.n:,}",
            tenths_text(self.users.mean, signed=True),
            f"{self.others.n:,}",
            tenths_text(self.others.mean, signed=True),
            tenths_text(self.points, signed=True),
        ]


@dataclass(frozen=True, slots=True)
class Table:
    """2-KGI taken apart in one way."""

    code: str
    title: str | Promise
    lines: list[Line]

    @property
    def is_withheld(self) -> bool:
        return any(line.is_untold for line in self.lines)


@dataclass(frozen=True, slots=True)
class Gaps:
    """`value` is 2-KGI itself; without tables where it cannot be said."""

    value: RatioValue
    tables: list[Table]


def _stage(code: str) -> str:
    return _("ステージ%(stage)s") % {"stage": code}


SPLITS: tuple[tuple[str, str | Promise, Callable[[str], str]], ...] = (
    ("stage", gettext_lazy("ステージ（交付企業。相手は非交付企業全体）"), _stage),
    ("size", gettext_lazy("企業の規模"), lambda code: str(SIZE_LABELS[code])),
    ("industry", gettext_lazy("産業"), lambda code: f"{code} {_INDUSTRY.get(code, '')}"),
)


def gaps(*, fiscal_year: int, as_of: dt.date, ward_id: int | None) -> Gaps:
    """2-KGI as it stood at the end of that year or stands in it, with its classes; one query."""
    found = ratios(fiscal_year=fiscal_year, as_of=as_of, ward_id=ward_id)
    value = next(one for one in found if one.ratio.code == GAP)
    if value.value is None:
        return Gaps(value, [])
    ours, theirs = (_groups(value.sums[side].details) for side in (USERS, OTHERS))
    everybody = sum((group for key, group in theirs.items() if key[0] == "size"), Group())
    return Gaps(
        value,
        [
            Table(code, title, _lines(code, name, ours, theirs, everybody))
            for code, title, name in SPLITS
        ],
    )


def _groups(details: Iterable[Mapping[str, object]]) -> dict[tuple[str, str], Group]:
    """(way, class) → its sums over the wards."""
    found: dict[tuple[str, str], Group] = defaultdict(Group)
    for detail in details:
        groups = detail.get("groups")
        for key, (total, n) in groups.items() if isinstance(groups, dict) else ():
            way, _colon, code = key.partition(":")
            found[way, code] += Group(Fraction(total), int(n))
    return found


def _lines(
    way: str,
    name: Callable[[str], str],
    ours: Mapping[tuple[str, str], Group],
    theirs: Mapping[tuple[str, str], Group],
    everybody: Group,
) -> list[Line]:
    codes = sorted({code for of, code in (*ours, *theirs) if of == way})
    users = {code: ours.get((way, code), Group()) for code in codes}
    # Firms without a grant have no stage: each stage is held against all of them.
    others = {
        code: everybody if way == "stage" else theirs.get((way, code), Group()) for code in codes
    }
    untold = _untold(users) | (set() if way == "stage" else _untold(others))
    return [Line(name(code), users[code], others[code], code in untold) for code in codes]


def _untold(groups: Mapping[str, Group]) -> set[str]:
    cells = [
        Cell(code, *ends("gap", code, "n", across=False), group.n, is_small=is_small(group.n))
        for code, group in groups.items()
        if group.n
    ]
    return {str(key) for key in withheld(cells)}
