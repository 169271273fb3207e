"""開催数 (3-OP1): which events count as held.

Source: the definition of 3-OP1: at least one visitor from outside has checked in; events of
one programme count once, with its first day, unless they were advertised separately.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event with the number of visitors from outside; `programme` None: it stands for itself."""

    key: int
    day: dt.date
    visitors: int
    programme: int | None = None


def counted(events: Iterable[Candidate]) -> dict[int, dt.date]:
    """The events that count, each with its day. The order of the events does not matter."""
    found: dict[int, dt.date] = {}
    first: dict[int, Candidate] = {}
    for event in events:
        if event.visitors < 1:
            continue
        if event.programme is None:
            found[event.key] = event.day
            continue
        known = first.get(event.programme)
        if known is None or (event.day, event.key) < (known.day, known.key):
            first[event.programme] = event
    return found | {event.key: event.day for event in first.values()}
