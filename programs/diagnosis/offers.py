"""What helps a firm now: rooms above offer their measures (calls, courses, advisors, labs).

The diagnosis knows kinds of help, not the rooms; each registers its answer when the portal starts.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from portal.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Offer:
    """A measure that is open to the firm today. `need` is one of rules.steps.NEEDS."""

    need: str
    title: str
    text: str
    url: str
    until: dt.date | None = None


# The actor's firm, the wards of its open sites, today.
Source = Callable[[Actor, Collection[int], dt.date], Iterable[Offer]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Take a room's answer; it gives at most a few, the nearest first."""
    if source not in _sources:
        _sources.append(source)
    return source


def offers_for(actor: Actor, wards: Collection[int], today: dt.date) -> list[Offer]:
    """All that is on offer, in the order of the rooms."""
    return [offer for source in _sources for offer in source(actor, wards, today)]
