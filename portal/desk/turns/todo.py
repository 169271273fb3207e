"""One thing that a firm has to do, as its page shows it, and the rooms that are asked for such."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from portal.ui.navigation import Badge, numbers

# Rows of one kind that are looked at.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing the firm has to do. `until` None: no date. `tone` as on the page it leads to."""

    what: str
    about: str
    url: str
    button: str
    until: dt.date | None
    tone: str = "info"


# Rows of which some may wait for the firm → what to do about them.
Rooms = Mapping[Badge, Callable[[HttpRequest], Iterator[Todo]]]


def waiting(request: HttpRequest, rooms: Rooms) -> Iterator[Todo]:
    """One statement tells in which rooms anything may wait; only these are asked."""
    found = numbers(tuple(rooms), request.actor)
    for todos, number in zip(rooms.values(), found, strict=True):
        if number:
            yield from todos(request)
