"""Times of the lab in words."""

import datetime as dt
from typing import Protocol

from lab.booking.drawing import day_text
from portal.kernel import clock


class Timed(Protocol):
    """A booking, or an event of the lab."""

    starts_at: dt.datetime
    ends_at: dt.datetime


def hours_text(row: Timed) -> str:
    """11月4日（水）10:00–12:00."""
    begin, end = (at.astimezone(clock.TOKYO) for at in (row.starts_at, row.ends_at))
    return f"{day_text(begin.date())} {begin:%H:%M}–{end:%H:%M}"
