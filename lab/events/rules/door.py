"""受付: when people are let in."""

import datetime as dt

# People may come so long before the beginning.
DOORS_OPEN_MINUTES = 30


def opens_at(starts_at: dt.datetime) -> dt.datetime:
    """The first moment at which somebody is let in."""
    return starts_at - dt.timedelta(minutes=DOORS_OPEN_MINUTES)


def is_open(*, starts_at: dt.datetime, ends_at: dt.datetime, at: dt.datetime) -> bool:
    """Whether a check-in is taken."""
    return opens_at(starts_at) <= at <= ends_at
