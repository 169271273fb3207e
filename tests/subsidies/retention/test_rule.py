"""The rule of 保存年限: a golden table an official can read, and what always holds."""

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel import clock
from subsidies.retention.rules.retention import Cause, Facts, causes, is_over, kept_until

GOLDEN = Path(__file__).parent.parent / "golden" / "retention.csv"
DAYS = st.dates(dt.date(2019, 4, 1), dt.date(2060, 3, 31))
YEARS = st.integers(1, 30)


def rows():
    with GOLDEN.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def day(text):
    return dt.date.fromisoformat(text) if text else None


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["case"])
def test_golden(row):
    until = kept_until(
        Facts(
            ended_on=day(row["ended_on"]),
            years=int(row["years"]),
            returned_on=day(row["returned_on"]),
            planned_until=day(row["planned_until"]),
        )
    )
    assert until == day(row["kept_until"])
    assert not is_over(until, until)
    assert is_over(until, day(row["first_day_to_go"]))
    assert not is_over(until, day(row["first_day_to_go"]) - dt.timedelta(days=1))


@given(DAYS, YEARS, st.none() | DAYS)
def test_whole_fiscal_years_and_never_less_than_promised(ended_on, years, returned_on):
    until = kept_until(Facts(ended_on, years, returned_on))
    last = max(ended_on, returned_on or ended_on)
    assert (until.month, until.day) == (3, 31)
    # The last fiscal year counts nothing: the years begin with the 1 April after it.
    assert clock.fiscal_year(until) == clock.fiscal_year(last) + years
    assert until > last


@given(DAYS, DAYS, YEARS)
def test_a_later_end_is_never_kept_shorter(one, other, years):
    early, late = sorted([one, other])
    assert kept_until(Facts(early, years)) <= kept_until(Facts(late, years))
    assert kept_until(Facts(early, years)) < kept_until(Facts(early, years + 1))


@given(st.dictionaries(st.sampled_from(list(Cause)), st.integers(0, 9)))
def test_whatever_runs_holds(running):
    assert set(causes(running)) == {cause for cause, number in running.items() if number}


def test_an_unknown_version_of_the_rule_is_an_error():
    with pytest.raises(KeyError):
        kept_until(Facts(dt.date(2027, 3, 31), 5), rule=0)
