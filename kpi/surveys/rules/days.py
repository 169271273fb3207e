"""The days of a wave: when reminders leave, and how long a begun answer may still be sent. No clock."""

import datetime as dt

# Days after the first day on which whoever has not answered is reminded; no more than these.
REMIND_DAYS = (14, 28)
# Whoever had begun before a wave closed may send for so many days more.
GRACE_DAYS = 14
# The shortest wave in which a letter can be answered.
FEWEST_DAYS = 7


def reminders_due(starts_on: dt.date, ends_on: dt.date, today: dt.date) -> int:
    """How many reminders should have left by today; none on the last day or later."""
    days = [starts_on + dt.timedelta(days=days) for days in REMIND_DAYS]
    return sum(day <= today < ends_on for day in days)


def next_reminder(starts_on: dt.date, ends_on: dt.date, today: dt.date) -> dt.date | None:
    """The day of the next reminder; None where no more are sent."""
    days = [starts_on + dt.timedelta(days=days) for days in REMIND_DAYS]
    return next((day for day in days if today < day < ends_on), None)


def grace_ends(closed_on: dt.date) -> dt.date:
    """The last day on which a begun answer is taken."""
    return closed_on + dt.timedelta(days=GRACE_DAYS)
