"""繰上げ: who of a waiting list is offered a seat, and until when; for courses and for events of a lab."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

WAITING, OFFERED = "waiting", "offered"


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody of the list, in its order. `accept_by` is the last day of an open offer."""

    key: int
    status: str
    accept_by: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Moves:
    """Whose offer has run out, and who is offered a seat until the day `accept_by`."""

    lapsed: tuple[int, ...] = ()
    offered: tuple[int, ...] = ()
    accept_by: dt.date | None = None


def move_up(
    *,
    capacity: int,
    enrolled: int,
    turns: Sequence[Turn],
    today: dt.date,
    starts_on: dt.date,
    accept_days: int,
) -> Moves:
    """Offers hold a seat. An offer holds on its last day itself. From the day of the first session on nobody
    is asked any more; what was offered until the eve has run out by then.
    """
    lapsed = tuple(
        turn.key
        for turn in turns
        if turn.status == OFFERED and turn.accept_by is not None and turn.accept_by < today
    )
    held = enrolled + sum(t.status == OFFERED for t in turns) - len(lapsed)
    free = max(0, capacity - held)
    accept_by = accept_until(today=today, starts_on=starts_on, days=accept_days)
    if accept_by is None or not free:
        return Moves(lapsed)
    chosen = tuple(turn.key for turn in turns if turn.status == WAITING)[:free]
    return Moves(lapsed, chosen, accept_by if chosen else None)


def accept_until(*, today: dt.date, starts_on: dt.date, days: int) -> dt.date | None:
    """The last day to accept: `days` from today, and never after the eve of the first session."""
    last = min(today + dt.timedelta(days=days), starts_on - dt.timedelta(days=1))
    return last if last >= today else None
