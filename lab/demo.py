"""The demonstration's lab: each room tells its own story, in this order."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from lab.booking import demo as booking_demo
from lab.consortium import demo as consortium
from lab.events import demo as events_demo
from lab.nakama import demo as nakama
from lab.nakama.cases import demo as cases_demo
from lab.nakama.exchange import demo as exchange
from programs.models import Firm

# What a room loaded, in words with the number of records.
Loader = Callable[..., str]
LOADERS: tuple[Loader, ...] = (
    booking_demo.load,
    events_demo.load,
    nakama.load,
    cases_demo.load,
    exchange.load,
    consortium.load,
)


def load(*, firms: Sequence[Firm], now: Any, scale: float) -> Iterator[str]:
    """Load every room; yields a line for each."""
    for loader in LOADERS:
        yield loader(firms=firms, now=now, scale=scale)
