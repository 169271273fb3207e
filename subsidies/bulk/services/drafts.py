"""A run's item before it is stored."""

from dataclasses import dataclass, field

from portal.letters.models import Letter
from subsidies.models import Application


@dataclass(frozen=True, slots=True)
class Draft:
    """One application or letter: what will be done (`plan`), what was read (`seen`), or why it is left out."""

    application: Application | None = None
    reason: str = ""
    seen: str = ""
    plan: dict[str, str | int] = field(default_factory=dict)
    letter: Letter | None = None
