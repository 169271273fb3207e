"""What a merger of firms means for each room: what is counted for the firm that goes on, what stays, what hinders.

The firms' own room does not know the others: each registers its answer when the portal starts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise


class Effect(StrEnum):
    """What becomes of something that the firm has."""

    COUNTED = "counted"  # for the firm that goes on
    STAYS = "stays"  # as it is, with the firm that is no more
    HINDERS = "hinders"  # has to be brought to an end first


@dataclass(frozen=True, slots=True)
class Stake:
    """Something the firm that is no more has: what, how many, and what becomes of it or is to be done."""

    effect: Effect
    what: str | Promise
    count: int
    note: str | Promise = ""


# Asked as the system, with the firm that is no more.
Source = Callable[[int], Iterable[Stake]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Take a room's answer."""
    _sources.append(source)
    return source


def stakes_of(firm_id: int) -> list[Stake]:
    """Everything that the rooms tell of the firm, as far as there is any."""
    return [stake for source in _sources for stake in source(firm_id) if stake.count]
