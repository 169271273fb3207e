"""Days on which the ward's office works, and due dates that fall on them.

A ward is closed on Saturdays, Sundays, national holidays and from 29 December to 3 January (休日
条例). A period that ends on a closed day ends on the next open day (地方自治法 第4条の2).
"""

import datetime as dt

import jpholiday


def is_open(day: dt.date) -> bool:
    """Whether the ward's office works on that day (開庁日)."""
    closed_for_new_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < 5 and not closed_for_new_year and not jpholiday.is_holiday(day)


def next_open(day: dt.date) -> dt.date:
    """The day itself where the office works, else the next such day."""
    while not is_open(day):
        day += dt.timedelta(days=1)
    return day


def due_on(start: dt.date, days: int) -> dt.date:
    """The end of a period of calendar days after `start` (初日不算入)."""
    return next_open(start + dt.timedelta(days=days))
