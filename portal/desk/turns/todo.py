"""One thing that a firm has to do, as its page shows it."""

import datetime as dt
from dataclasses import dataclass

# Rows of one kind that are looked at.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing the firm has to do. `until` None: no date. `tone` as on the page it leads to."""

    what: str
    about: str
    url: str
    button: str
    until: dt.date | None
    tone: str = "info"
