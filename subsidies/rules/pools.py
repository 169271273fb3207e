"""A first-come call's money (先着順): who is ahead holds what it asked for, graduates have a share.

A call may reserve a part of its budget for graduates of the Dojo (修了者の枠). Others never take from
it; graduates may take from all. Applications are served strictly in the order of arrival: one that
came later gets only what is left when everybody ahead has got theirs. Source: domain.md A6.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from subsidies.rules.scheme import GRADUATE


@dataclass(frozen=True, slots=True)
class Pools:
    """Yen of a call: the budget, the reserved part, what is committed in all and to graduates."""

    budget_yen: int
    reserved_yen: int = 0
    committed_yen: int = 0
    graduate_yen: int = 0

    def taken_by(self, group: str, yen: int) -> "Pools":
        """After a grant of `yen` to the group."""
        graduate = yen if group == GRADUATE else 0
        return replace(
            self,
            committed_yen=self.committed_yen + yen,
            graduate_yen=self.graduate_yen + graduate,
        )


@dataclass(frozen=True, slots=True)
class Ahead:
    """What undecided applications that came earlier ask for (円), by group."""

    general_yen: int = 0
    graduate_yen: int = 0


@dataclass(frozen=True, slots=True)
class Waiting[Key]:
    """One undecided application in the order of arrival."""

    key: Key
    group: str
    yen: int


def fits(pools: Pools, group: str, yen: int, ahead: Ahead) -> bool:
    """Whether `yen` is left for the group when everybody ahead has got theirs."""
    general = pools.committed_yen - pools.graduate_yen
    if group == GRADUATE:
        free = max(0, pools.budget_yen - pools.reserved_yen - general)
        held = min(ahead.general_yen, free) + ahead.graduate_yen
        return pools.committed_yen + held + yen <= pools.budget_yen
    graduates = max(pools.reserved_yen, pools.graduate_yen + ahead.graduate_yen)
    return general + ahead.general_yen + yen + graduates <= pools.budget_yen


def served[Key](pools: Pools, queue: Iterable[Waiting[Key]]) -> dict[Key, bool]:
    """Who of the queue is within the budget, in the order of arrival; the others wait (予算待ち)."""
    found: dict[Key, bool] = {}
    ahead = Ahead()
    for item in queue:
        found[item.key] = fits(pools, item.group, item.yen, ahead)
        ahead = (
            replace(ahead, graduate_yen=ahead.graduate_yen + item.yen)
            if item.group == GRADUATE
            else replace(ahead, general_yen=ahead.general_yen + item.yen)
        )
    return found
