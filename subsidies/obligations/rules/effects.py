"""効果報告: components before and after, and what looks like a slip of the unit. Pure.

Productivity has many definitions (domain.md D2), so its components are kept, never one ratio. Slips
of the unit are large enough to move a mean (D3), so they are asked about; nothing is refused for it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from subsidies.rules.figures import slip

# (code, label, whether yen) of the components, all for one business year (決算期).
COMPONENTS = (
    ("sales", "売上高", True),
    ("cost", "売上原価", True),
    ("labour", "労務費・人件費", True),
    ("depreciation", "減価償却費", True),
    ("people", "従業員数", False),
    ("hours", "総労働時間", False),
)
# [K] Sales of less than this for each person (円) are thousands typed as yen.
LEAST_SALES_PER_PERSON = 100_000
# Hours one person can work in a year.
MOST_HOURS = 24 * 366

Why = Literal["jump", "thousand", "too_small", "too_many_hours"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A figure (`code` of COMPONENTS) that looks like a slip."""

    code: str
    why: Why


def doubts(before: Mapping[str, int], after: Mapping[str, int]) -> list[Doubt]:
    """What has to be confirmed. Figures that are missing or 0 are compared with nothing."""
    return [*_against_before(before, after), *_by_themselves(after)]


def _against_before(before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[Doubt]:
    for code, _label, is_yen in COMPONENTS:
        old, new = before.get(code, 0), after.get(code, 0)
        if why := slip(old, new, is_yen=is_yen):
            yield Doubt(code, why)


def _by_themselves(after: Mapping[str, int]) -> Iterator[Doubt]:
    people, sales, hours = (after.get(code, 0) for code in ("people", "sales", "hours"))
    if people and sales and sales < LEAST_SALES_PER_PERSON * people:
        yield Doubt("sales", "too_small")
    if people and hours > MOST_HOURS * people:
        yield Doubt("hours", "too_many_hours")
