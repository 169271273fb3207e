"""阻害要因 by ward and by size, over all wards: counts alone, small cells withheld."""

import datetime as dt
from dataclasses import dataclass

from advisors import codes, policies, states
from advisors.models import Visit
from advisors.rules import barriers as rules
from advisors.rules.barriers import Entry, Line
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.ui.numbers import posted_number
from programs.wards import WARDS

# So many fiscal years can be asked for, this one included.
YEARS = 3
# Lines of a year: the wards, the sizes, all of them.
LINES = len(WARDS) + len(codes.SIZES) + 1
COUNTED = (states.RECORDED, states.CONFIRMED, states.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Barriers:
    """A fiscal year. Each line's cells are in the order of codes.BARRIERS."""

    year: int
    by_ward: list[Line]
    by_size: list[Line]
    total: Line


def year_asked(typed: str) -> int:
    """The fiscal year of an address; this one, or the nearest that is shown, for anything else."""
    this_year = clock.fiscal_year(clock.today())
    return min(max(posted_number(typed) or this_year, this_year - YEARS + 1), this_year)


def barriers(actor: Actor, year: int) -> Barriers:
    """Two tables and their sum from one query. Runs above the rows of the actor's hat: only counts leave it."""
    policies.require(policies.reads_barriers(actor))
    first, last = clock.fiscal_year_bounds(year)
    with acting(actor.elevated()):
        found = Visit.objects.filter(
            status__in=COUNTED,
            starts_at__gte=clock.midnight(first),
            starts_at__lt=clock.midnight(last + dt.timedelta(days=1)),
        ).exclude(barriers=[])
        rows = list(
            found.order_by("starts_at", "pk").values_list(
                "ward_id", "engagement__size", "firm_id", "barriers"
            )
        )
    made = rules.tables(
        (Entry(str(ward), size, firm, code) for ward, size, firm, every in rows for code in every),
        [str(ward.code) for ward in WARDS],
        list(codes.SIZES),
        list(codes.BARRIERS),
    )
    return Barriers(year, made.by_ward, made.by_size, made.total)
