"""Who has the officials' search box in the head of each page; portal.search says so itself."""

from collections.abc import Callable

from portal.kernel.actor import Actor

_has_box: list[Callable[[Actor], bool]] = []


def offer(policy: Callable[[Actor], bool]) -> None:
    """Take the room's answer; again changes nothing."""
    if policy not in _has_box:
        _has_box.append(policy)


def has_box(actor: Actor) -> bool:
    """Whether the actor searches firms, people and numbers."""
    return any(policy(actor) for policy in _has_box)
