"""What a room above this one writes of the past: what became of the grants after their decisions."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from portal.kernel.actor import Actor
from subsidies.demo.people import Cast
from subsidies.demo.planning import Case
from subsidies.models import Application, ApplicationVersion, Decision, Grant


@dataclass
class Numbered:
    """A letter of the past that waits for its 文書番号; numbers follow the moments."""

    ward_id: int
    at: dt.datetime
    document_no: str = ""


@dataclass(frozen=True, slots=True)
class Granted:
    """A case of the past that was granted; `version` is the one that was decided on."""

    case: Case
    application: Application
    version: ApplicationVersion
    decision: Decision


class Afterwards(Protocol):
    """Told in three steps, because letters are numbered in the order of all that was decided."""

    def plan(self, granted: Sequence[Granted], cast: Cast, *, now: dt.datetime) -> list[Numbered]:
        """Make up what happened until `now`; returns the letters that it took."""
        ...

    def reached(self, application: Application) -> Mapping[str, Any]:
        """The columns of its grant as they are now, where it has gone on."""
        ...

    def write(self, grants: Sequence[Grant], *, actor: Actor) -> None:
        """Write what happened to them; they are stored as they were `reached`."""
        ...
