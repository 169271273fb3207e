"""What the rooms above ask of an advisor, for the advisor's first page.

They register here when the process starts, as they do with the navigation: this room knows nothing
of them.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from portal.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do: what, about what, where, and by which day if there is one.

    `waits`: nothing to do, but it is not settled either: others have to answer.
    """

    what: str
    about: str
    url: str
    due_on: dt.date | None = None
    waits: bool = False


Provider = Callable[[Actor, dt.date], Iterable[Todo]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Add a source; it runs at each look at the page and costs a few queries at most."""
    if provider not in _providers:
        _providers.append(provider)


def todos(actor: Actor, today: dt.date) -> list[Todo]:
    """All of them: those with a day first, the earliest before, else in the order of the rooms."""
    found = [todo for provider in _providers for todo in provider(actor, today)]
    return sorted(found, key=lambda todo: todo.due_on or dt.date.max)
