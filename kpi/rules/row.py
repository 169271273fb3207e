"""A fact as the plain rules read it, from the portal or from a file."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Row:
    """A fact (R2). `number` tells which of one day was recorded first; `reverses` is another's number.

    `employees` and `weight` are what only some types have: docs/kpi_facts.md.
    """

    number: int
    event_type: str
    event_key: str
    ward_id: int
    occurred_on: dt.date
    recorded_at: dt.datetime
    firm: str = ""
    stage: int = 0
    part: str = ""
    quantity: Decimal = Decimal(1)
    source: tuple[str, str] = ("", "")
    reverses: int | None = None
    employees: Decimal | None = None
    weight: Decimal | None = None
