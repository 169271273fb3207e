"""Targets as they hold, their versions, and whether the wards' add up to the policy's."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from kpi.indicators import INDICATORS, Indicator
from kpi.releases.models import Baseline, TargetVersion
from kpi.releases.rules import WARDS


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator's targets of a year: by ward, the policy's own figure, the newest version of each.

    `begun` is what a ward starts from: of what goes on over the years, the target of the year before.
    """

    indicator: Indicator
    policy: int
    wards: Mapping[int, TargetVersion]
    begun: Mapping[int, int]

    @property
    def total(self) -> int:
        return sum(row.value for row in self.wards.values())

    @property
    def difference(self) -> int:
        """The wards together less the policy's figure."""
        return self.total - self.policy

    @property
    def shortfall(self) -> int:
        """How much less the wards together are than the policy's figure."""
        return max(-self.difference, 0)

    @property
    def missing(self) -> int:
        """Wards without a target."""
        return len(WARDS) - len(self.wards)


def lines(fiscal_year: int) -> list[Line]:
    """Every indicator with targets by ward. One query."""
    place = ("fiscal_year", "indicator", "ward_id")
    rows = TargetVersion.objects.filter(fiscal_year__in=(fiscal_year - 1, fiscal_year))
    found: dict[str, dict[int, TargetVersion]] = defaultdict(dict)
    begun: dict[str, dict[int, int]] = defaultdict(dict)
    for row in rows.order_by(*place, "-pk").distinct(*place):
        if row.fiscal_year == fiscal_year:
            found[row.indicator][row.ward_id] = row
        else:
            begun[row.indicator][row.ward_id] = row.value
    return [
        Line(
            indicator,
            indicator.target_of(fiscal_year),
            found[indicator.code],
            begun[indicator.code] if indicator.goes_on else {},
        )
        for indicator in INDICATORS
    ]


def versions(indicator: str, fiscal_year: int) -> list[TargetVersion]:
    """All that was ever set of it, the newest first."""
    rows = TargetVersion.objects.filter(indicator=indicator, fiscal_year=fiscal_year)
    return list(rows.select_related("set_by", "ward").order_by("-pk"))


def baselines() -> list[Baseline]:
    """The newest of each indicator and kind."""
    rows = Baseline.objects.order_by("indicator", "kind", "-pk").distinct("indicator", "kind")
    return list(rows.select_related("set_by"))


def baseline_versions() -> list[Baseline]:
    """All of them, the newest first."""
    return list(Baseline.objects.select_related("set_by").order_by("-pk"))
