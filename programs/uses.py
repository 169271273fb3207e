"""What rests on a fact of a firm (修了・認定): rooms above say it, so that a revocation is informed.

The facts' own room does not know them: each registers its answer when the portal starts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from portal.kernel.actor import Actor
from programs.models import Qualification


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that rests on the fact: what it is, how it uses the fact, and where it is read."""

    title: str
    text: str
    url: str
    state: str = ""


Source = Callable[[Actor, Qualification], Iterable[Use]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Take a room's answer; it gives only what the actor may see."""
    _sources.append(source)
    return source


def uses_of(actor: Actor, fact: Qualification) -> list[Use]:
    """Everything that rests on the fact, as far as the actor sees it."""
    return [use for source in _sources for use in source(actor, fact)]
