"""KPI volumes and the money they need (domain.md A7): 150/50/10 grants a year in the 23 wards."""

from collections.abc import Mapping
from dataclasses import dataclass

# stage → (grants a year, cap of the standard scheme in yen). Source: 支援策②, KPI.
VOLUMES = {1: (150, 500_000), 2: (50, 5_000_000), 3: (10, 10_000_000)}


@dataclass(frozen=True, slots=True)
class Volume:
    """One stage: what its KPI needs at the cap, and what the calls of all wards hold (円)."""

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


def volumes(budgets: Mapping[int, int]) -> tuple[Volume, ...]:
    """All stages with the budgets (stage → yen) of one fiscal year."""
    return tuple(
        Volume(stage, grants, cap_yen, budgets.get(stage, 0))
        for stage, (grants, cap_yen) in VOLUMES.items()
    )


def needed_yen() -> int:
    """4億2,500万円: all KPI grants at their caps."""
    return sum(grants * cap_yen for grants, cap_yen in VOLUMES.values())
