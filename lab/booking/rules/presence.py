"""立会い: one person stands by in one room of one lab at a time; there beside several machines."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lab.booking.rules.hours import Span
from programs.rules import fold

# A lab's key and a room in it.
Room = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody stands by during `span` beside machines in these rooms."""

    span: Span
    rooms: frozenset[Room]


def room_of(lab_id: int, place: str) -> Room:
    """Places are typed by hand: width, case and blanks make no other room."""
    return lab_id, fold(place)


def clash(span: Span, rooms: Collection[Room], duties: Iterable[Duty]) -> Duty | None:
    """The first duty at the same time that is not in the same single room."""
    here = frozenset(rooms)
    for duty in duties:
        if duty.span.meets(span) and not (len(here) == 1 and duty.rooms == here):
            return duty
    return None
