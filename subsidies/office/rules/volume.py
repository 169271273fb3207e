"""KPI volumes and the money they need (domain.md A7), all 23 wards together. Pure; yen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low


@dataclass(frozen=True, slots=True)
class Volume:
    """One stage: what its target needs at the usual cap, and what the calls hold (円)."""

    stage: int
    grants: int
    cap_yen: int
    budget_yen: int

    @property
    def needed_yen(self) -> int:
        """Every grant at the cap."""
        return self.grants * self.cap_yen

    @property
    def short_yen(self) -> int:
        """What the budgets lack, 0 where they suffice."""
        return max(0, self.needed_yen - self.budget_yen)


def volumes(
    targets: Mapping[int, int], caps: Mapping[int, Sequence[int]], budgets: Mapping[int, int]
) -> tuple[Volume, ...]:
    """Every stage with a target. `caps` are those of the year's calls, by stage: wards differ, so
    the middle one counts. A stage without a call has no cap yet, and needs what nobody can say: 0.
    """
    return tuple(
        Volume(
            stage,
            grants,
            median_low(caps[stage]) if caps.get(stage) else 0,
            budgets.get(stage, 0),
        )
        for stage, grants in sorted(targets.items())
    )


def needed_yen(found: Iterable[Volume]) -> int:
    """All targets at their caps."""
    return sum(item.needed_yen for item in found)
