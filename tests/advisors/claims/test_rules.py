"""Fees and withholding: the golden table (computed with Decimal, apart from the code), properties."""

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisors.claims import months, rules, yearly
from advisors.claims.rules import Rate, Terms, Visited
from advisors.claims.words import VERDICTS
from advisors.claims.yearly import Payment

GOLDEN = Path(__file__).parent / "golden" / "fees.csv"
YES = "はい"
YEN = st.integers(0, 3_000_000)


def cases():
    with GOLDEN.open(encoding="utf-8") as lines:
        rows = list(csv.reader(lines))[1:]
    return [pytest.param(row[1:12], row[12:], id=row[0]) for row in rows]


@pytest.mark.parametrize(("given", "expected"), cases())
def test_golden(given, expected):
    rate = Rate(*map(int, given[:4]))
    before, minutes, fares, withholds, person, on_travel, on_net = given[4:]
    visits = [
        Visited(7, int(time), int(fare), rate)
        for time, fare in zip(minutes.split(";"), fares.split(";"), strict=True)
    ]
    priced = rules.price_all(visits, {7: int(before)})
    found = rules.settle(
        [(line.fee_yen, line.travel_yen) for line in priced],
        Terms(withholds == YES and person == YES, on_travel == YES, on_net == YES),
    )
    assert [
        found.fee_yen,
        found.travel_yen,
        found.total_yen,
        found.tax_yen,
        found.withheld_yen,
        found.pay_yen,
    ] == list(map(int, expected))


def test_what_was_cut_is_told():
    rate = Rate(9_000, 180, 3_000, 1)
    visits = [
        Visited(1, 200, 3_500, rate, is_late=True),
        Visited(1, 60, 0, rate),
        Visited(2, 60, 0, rate),
    ]
    found = rules.price_all(visits, {})
    assert [line.notes for line in found] == [
        (rules.LATE, rules.OVER_TIME, rules.OVER_FARE),
        (rules.OVER_VISITS,),
        (),
    ]
    assert [line.is_paid for line in found] == [True, False, True]


@given(YEN, YEN)
def test_withholding_grows_and_never_takes_more_than_a_fifth(one, more):
    low, high = rules.withheld(one), rules.withheld(one + more)
    assert low <= high <= (one + more) * 2042 // 10_000 + 1
    assert high - low <= more * 2042 // 10_000 + 1


@given(
    st.lists(st.tuples(YEN, YEN), max_size=6),
    st.lists(st.tuples(st.integers(-400_000, 400_000), st.integers(-9_000, 9_000)), max_size=6),
)
def test_corrections_go_in_order_and_never_below_nothing(lines, fixes):
    taken = rules.fitting(lines, fixes)
    found = rules.settle([*lines, *fixes[:taken]], Terms(withholds=True))
    assert found.total_yen == sum(a + b for a, b in [*lines, *fixes[:taken]])
    assert 0 <= found.withheld_yen <= found.total_yen
    if taken < len(fixes):
        with pytest.raises(ValueError, match="below nothing"):
            rules.settle([*lines, *fixes[: taken + 1]], Terms())


def test_months_of_addresses_and_the_month_a_late_visit_falls_to():
    october = dt.date(2026, 10, 1)
    assert months.parse("2026-10") == october
    assert [months.parse(text) for text in ("2026-13", "2026-1", "x", "", "2026-10-1")] == [
        None
    ] * 5
    assert months.last_day(dt.date(2028, 2, 1)) == dt.date(2028, 2, 29)
    assert months.target(october, ()) == october
    assert months.target(october, {october, dt.date(2026, 11, 1)}) == dt.date(2026, 12, 1)
    assert months.target(dt.date(2026, 12, 1), {dt.date(2026, 12, 1)}) == dt.date(2027, 1, 1)


def years():
    with GOLDEN.with_name("statements.csv").open(encoding="utf-8") as lines:
        return [pytest.param(row, id=row["場合"]) for row in csv.DictReader(lines)]


@pytest.mark.parametrize("row", years())
def test_a_payees_year(row):
    """支払調書: figures computed apart, by hand."""
    payments = [
        Payment(
            payee="p",
            name="田中",
            is_company=row["支払先の種類"] == "法人",
            fee_yen=int(fee),
            travel_yen=int(travel),
            withheld_yen=int(withheld),
            is_paid=paid == YES,
            withholds=row["区が源泉徴収する"] == YES,
            on_travel=row["交通費も謝金とする"] == YES,
        )
        for fee, travel, withheld, paid in zip(
            *(
                row[name].split(";")
                for name in (
                    "謝金（円・請求ごと）",
                    "交通費（円・請求ごと）",
                    "源泉徴収税額（円・請求ごと）",
                    "年内に支払った",
                )
            ),
            strict=True,
        )
    ]
    (found,) = yearly.statements(payments)
    figures = (found.payments, found.amount_yen, found.withheld_yen, found.tax_yen)
    names = ("支払の回数", "支払金額", "源泉徴収税額の計", "うち消費税")
    assert figures == tuple(int(row[name]) for name in names)
    assert found.unpaid_yen == int(row["未払"])
    assert str(VERDICTS[found.verdict]) == row["提出"]


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), YEN, st.integers(0, 90_000), st.booleans()), max_size=12
    )
)
def test_every_payment_stands_in_one_statement(rows):
    made = yearly.statements(
        Payment(who, who, False, fee, travel, 0, is_paid=paid) for who, fee, travel, paid in rows
    )
    assert len({found.payee for found in made}) == len(made) == len({row[0] for row in rows})
    paid, unpaid = (
        sum(fee + travel for _who, fee, travel, paid in rows if paid == wanted)
        for wanted in (True, False)
    )
    assert sum(found.amount_yen for found in made) == paid
    assert sum(found.unpaid_yen for found in made) == unpaid
    assert all((found.verdict == yearly.UNDER) == (found.amount_yen <= 50_000) for found in made)
