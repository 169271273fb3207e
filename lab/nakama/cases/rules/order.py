"""The order of steps: every predecessor exists, nobody waits for themselves, and no circle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

After = Mapping[int, Sequence[int]]


@dataclass(frozen=True, slots=True)
class OrderFault:
    """What is wrong: `kind` is unknown or circle, `steps` the positions, in the circle's order."""

    kind: str
    steps: tuple[int, ...]


def fault_of(after: After) -> OrderFault | None:
    """The first fault of an order of steps, or None. Keys are all positions."""
    for position, before in sorted(after.items()):
        if unknown := sorted(set(before) - after.keys()):
            return OrderFault("unknown", (position, *unknown))
    circle = _circle(after)
    return OrderFault("circle", circle) if circle else None


def in_order(after: After) -> list[int]:
    """Positions so that each comes after all before it. Raises ValueError on a circle."""
    done: list[int] = []
    left = {position: set(before) for position, before in after.items()}
    while left:
        ready = sorted(position for position, before in left.items() if before <= set(done))
        if not ready:
            raise ValueError("circle")
        done += ready
        for position in ready:
            del left[position]
    return done


def followers(after: After, position: int) -> list[int]:
    """The steps that come right after one."""
    return sorted(later for later, before in after.items() if position in before)


def _circle(after: After) -> tuple[int, ...]:
    """The positions of one circle, from its smallest, or ()."""
    finished: set[int] = set()
    for start in sorted(after):
        path: list[int] = []
        found = _walk(after, start, path, finished)
        if found:
            first = found.index(min(found))
            return tuple(found[first:] + found[:first])
    return ()


def _walk(after: After, position: int, path: list[int], finished: set[int]) -> list[int]:
    if position in path:
        # Walked against the arrows: turned round it reads in the order of the work.
        return path[path.index(position) :][::-1]
    if position in finished:
        return []
    path.append(position)
    for before in sorted(after[position]):
        if found := _walk(after, before, path, finished):
            return found
    path.pop()
    finished.add(position)
    return []


def to_the_end(after: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """Position → how many steps follow it, one after the other. Of steps without a fault."""
    follower = {before: position for position, befores in after.items() for before in befores}
    found = {}
    for position in after:
        at, found[position] = position, 0
        while at in follower and found[position] < len(after):
            at, found[position] = follower[at], found[position] + 1
    return found
