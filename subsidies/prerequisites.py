"""先に済ませること that the portal itself can see: which room tells, and where it is done.

A room above registers its source with one call in its `AppConfig.ready()`; the form, the task list
and the submission ask here and know nothing of the room.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from subsidies import states
from subsidies.models import Application
from subsidies.rules.scheme import Prerequisite, SchemeRules


@dataclass(frozen=True, slots=True)
class Source:
    """`is_met` says whether it is done for an application; `page` names the route where the firm
    does it (argument: the application's public id); `hint` is a sentence for the task list."""

    is_met: Callable[[Application], bool]
    page: str
    hint: str | Promise


_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """`name` is what `Prerequisite.source` says. Raises ValueError when it is taken."""
    if _sources.setdefault(name, source) is not source:
        raise ValueError(f"two sources of prerequisites are called {name}")


def get(name: str) -> Source:
    """Raises KeyError."""
    return _sources[name]


def met(application: Application, rules: SchemeRules) -> frozenset[str]:
    """Codes of what is done. Asked of a draft only: what was submitted had it all."""
    asked = rules.portal_prerequisites
    if application.status != states.DRAFT:
        return frozenset(need.code for need in asked)
    return frozenset(need.code for need in asked if get(need.source).is_met(application))


def url(name: str, application: Application) -> str:
    """Where the firm does it."""
    return reverse(get(name).page, args=[application.public_id])


def links(application: Application, rules: SchemeRules) -> Iterator[tuple[Prerequisite, str]]:
    """(prerequisite, its page) of all that the portal sees."""
    for need in rules.portal_prerequisites:
        yield need, url(need.source, application)
