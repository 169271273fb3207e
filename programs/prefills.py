"""What a firm has written elsewhere and lets be used as the beginning of an application.

Rooms register what they have; the room of the applications asks for it when a draft begins. Neither
knows the other.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from portal.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be taken over: `key` names it, `answers` are codes of questions; `told` are answers to
    questions of eligibility, by their wording, because wards ask differently under the same code.
    """

    key: str
    title: str
    answers: Mapping[str, str]
    told: Mapping[str, str] = field(default_factory=dict)


Source = Callable[[Actor], Iterable[Offer]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Take a room's answer; it gives only what the actor's firm has consented to."""
    if source not in _sources:
        _sources.append(source)
    return source


def offers(actor: Actor) -> list[Offer]:
    """Everything the firm may begin with, in the order of the rooms."""
    return [offer for source in _sources for offer in source(actor)]


def offer_of(actor: Actor, key: str) -> Offer:
    """The one of that key; an empty one where it is not (or no longer) the firm's to use."""
    return next((offer for offer in offers(actor) if offer.key == key), Offer("", "", {}))
