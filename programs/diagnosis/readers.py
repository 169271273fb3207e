"""Which firms an advisor accompanies and a lecturer teaches: said by the rooms above, for the policies."""

from collections.abc import Callable, Collection

from portal.kernel.actor import Actor
from programs.diagnosis.models import Audience

Source = Callable[[Actor], Collection[int]]
_sources: dict[str, Source] = {}


def register(audience: Audience, source: Source) -> Source:
    """Take a room's answer: the ids of firms that this actor reads as such."""
    _sources[audience] = source
    return source


def firms_of(actor: Actor, audience: Audience) -> Collection[int]:
    """The firms of that audience's part; none where no room says so."""
    source = _sources.get(audience)
    return source(actor) if source else ()
