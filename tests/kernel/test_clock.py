"""Time: fiscal years, eras, and the one clock of deadlines."""

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel import clock

GOLDEN = Path(__file__).parent / "golden"
DAYS = st.dates(dt.date(1926, 12, 25), dt.date(2100, 12, 31))


def _golden(name: str) -> list[dict[str, str]]:
    with (GOLDEN / name).open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", _golden("wareki.csv"), ids=lambda row: row["西暦"])
def test_dates_as_wards_write_them(row):
    day = dt.date.fromisoformat(row["西暦"])
    assert clock.wareki(day) == row["和暦"]
    year = clock.fiscal_year(day)
    assert year == int(row["年度(西暦)"])
    assert clock.wareki_fiscal_year(year) == row["年度"]
    assert clock.fiscal_year_mark(year) == row["略号"]


@given(DAYS)
def test_a_day_lies_within_the_bounds_of_its_fiscal_year(day):
    first, last = clock.fiscal_year_bounds(clock.fiscal_year(day))
    assert first <= day <= last
    assert (first.month, first.day, last.month, last.day) == (4, 1, 3, 31)
    assert clock.fiscal_year(first - dt.timedelta(days=1)) == clock.fiscal_year(day) - 1
    assert clock.fiscal_year(last + dt.timedelta(days=1)) == clock.fiscal_year(day) + 1


@given(DAYS, DAYS)
def test_different_days_are_written_differently(one, other):
    assert (clock.wareki(one) == clock.wareki(other)) == (one == other)


@given(DAYS)
def test_an_era_never_has_a_year_nought(day):
    era, year = clock.era_year(day)
    assert era in {"昭和", "平成", "令和"}
    assert year >= 1


def test_before_the_known_eras_there_is_no_answer():
    with pytest.raises(ValueError, match="no era"):
        clock.wareki(dt.date(1926, 12, 24))


@given(st.datetimes(timezones=st.timezones()))
def test_the_date_of_a_moment_is_tokyos(moment):
    day = clock.to_date(moment)
    midnight = dt.datetime.combine(day, dt.time(), tzinfo=clock.TOKYO)
    since = moment.astimezone(dt.UTC) - midnight.astimezone(dt.UTC)
    assert dt.timedelta() <= since < dt.timedelta(hours=25)  # daylight saving 1948–1951


def test_one_second_before_midnight_in_tokyo():
    last = dt.datetime(2027, 3, 31, 14, 59, 59, tzinfo=dt.UTC)
    assert clock.to_date(last) == dt.date(2027, 3, 31)
    assert clock.to_date(last + dt.timedelta(seconds=1)) == dt.date(2027, 4, 1)


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="naive"):
        clock.to_date(dt.datetime(2026, 11, 21, 12, 0))  # noqa: DTZ001


def test_now_is_aware_and_in_tokyo():
    assert clock.now().utcoffset() == dt.timedelta(hours=9)
    assert clock.today() in {clock.to_date(clock.now()), clock.now().date()}


@pytest.mark.django_db
def test_the_databases_clock_moves_within_a_transaction():
    first, second = clock.database_now(), clock.database_now()
    assert first < second
    assert first.utcoffset() == dt.timedelta(hours=9)
