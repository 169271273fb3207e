"""2-KGI: between which days users and others are compared. Pure (kpi_matching.md 1b)."""

import datetime as dt
from dataclasses import dataclass

from kpi.rules import Growth
from kpi.rules.closed_years import Years, compared
from portal.kernel import clock


@dataclass(frozen=True, slots=True)
class Granted:
    """A firm's first grant whose amount was settled and stands. `completed_on` is the project's end."""

    firm_id: int
    ward_id: int
    decided_on: dt.date
    completed_on: dt.date
    stage: int = 0

    @property
    def fiscal_year(self) -> int:
        return clock.fiscal_year(self.completed_on)


def compared_user(years: Years, grant: Granted) -> Growth | None:
    """Of a user: around its own grant."""
    return compared(years, before=grant.decided_on, after=grant.completed_on, ward_id=grant.ward_id)


def compared_other(years: Years, fiscal_year: int, ward_id: int) -> Growth | None:
    """Of a firm without a grant: around the fiscal year in which the users completed theirs."""
    first, last = clock.fiscal_year_bounds(fiscal_year)
    return compared(years, before=first, after=last, ward_id=ward_id)
