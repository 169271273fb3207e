"""By when an advisor evaluates a shared plan. Pure.

No source names a number of days [K]; the firm has to read the evaluation before the call closes.
"""

import datetime as dt

from subsidies.rules import due

DAYS = 14
# What the firm keeps of the call's time to mend its plan and apply.
SPARE_DAYS = 3


def due_on(shared_on: dt.date, *, closes_on: dt.date | None) -> dt.date:
    """Two weeks after the sharing, on a day the ward is open, and of a draft (`closes_on`) three days
    before its call closes; never on the day of the sharing itself unless the call closes on it.
    """
    last = due.due_on(shared_on, DAYS)
    if closes_on is None:
        return last
    soonest = min(shared_on + dt.timedelta(days=1), closes_on)
    return max(min(last, closes_on - dt.timedelta(days=SPARE_DAYS)), soonest)
