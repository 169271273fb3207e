"""Who besides a firm and its wards reads its card: advisors of a running support, say.

They have no access to firms' rows (docs/adr/0031-advisors.md). A room above names the firms, each
with the ward for which the person works there; the head of the card is then read for them.
"""

from collections.abc import Callable, Mapping

from portal.kernel.actor import Actor

# Firm → the ward in whose audit chain the look is written.
Source = Callable[[Actor], Mapping[int, int]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Take a room's answer."""
    _sources.append(source)
    return source


def reach_of(actor: Actor) -> dict[int, int]:
    """Every firm whose card the actor reads through a room, with the ward."""
    return {firm: ward for source in _sources for firm, ward in source(actor).items()}
