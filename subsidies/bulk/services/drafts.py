"""A run's item before it is stored."""

from dataclasses import dataclass, field

from subsidies.models import Application


@dataclass(frozen=True, slots=True)
class Draft:
    """One application: what will be done (`plan`), what was read (`seen`), or why it is left out."""

    application: Application
    reason: str = ""
    seen: str = ""
    plan: dict[str, str | int] = field(default_factory=dict)
