"""When a graduate is asked and reminded: month ends, and no day too early or too late."""

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dojo.followup import rules

DAY = dt.date.fromisoformat
days = st.dates(dt.date(2020, 1, 1), dt.date(2060, 12, 31))


@pytest.mark.parametrize(
    ("graduated", "due"),
    [
        ("2026-11-30", ["2027-02-28", "2027-05-30", "2027-11-30"]),
        ("2027-11-30", ["2028-02-29", "2028-05-30", "2028-11-30"]),
        ("2026-08-31", ["2026-11-30", "2027-02-28", "2027-08-31"]),
        ("2028-02-29", ["2028-05-29", "2028-08-29", "2029-02-28"]),
        ("2026-12-01", ["2027-03-01", "2027-06-01", "2027-12-01"]),
    ],
)
def test_surveys_fall_due_on_the_same_day_or_the_last_of_the_month(graduated, due):
    planned = list(rules.plan(DAY(graduated)))
    assert [str(item.due_on) for item in planned] == due
    assert [item.months for item in planned] == [3, 6, 12]
    assert all((item.closes_on - item.due_on).days == rules.OPEN_DAYS for item in planned)


@given(day=days, months=st.integers(1, 36))
def test_a_month_later_is_never_a_later_day_of_the_month(day, months):
    found = rules.months_after(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    last = calendar.monthrange(found.year, found.month)[1]
    assert found.day == min(day.day, last)


@given(day=days)
def test_one_survey_closes_before_the_next_begins(day):
    first, second, third = rules.plan(day)
    assert first.closes_on < second.due_on
    assert second.closes_on < third.due_on


def test_there_are_two_reminders_and_no_more():
    due = DAY("2026-11-30")
    found = [rules.reminders_due(due, due + dt.timedelta(days=n)) for n in (0, 13, 14, 27, 28, 900)]
    assert found == [0, 0, 1, 1, 2, 2]
    assert not rules.is_overdue(due, due + dt.timedelta(days=27))
    assert rules.is_overdue(due, due + dt.timedelta(days=28))
