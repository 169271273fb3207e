"""違約加算金 and 延滞金: golden cases with leap years, and what holds for every payment."""

import csv
import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from subsidies.grants.rules.recovery import Sum, account
from subsidies.rules.scheme import RecoveryRule

GOLDEN = Path(__file__).parents[1] / "golden" / "recovery.csv"
RULE = RecoveryRule()


def cases():
    with GOLDEN.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def day(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize("row", cases(), ids=lambda row: row["説明"])
def test_golden(row):
    paid = [Sum(day(row["納付日"]), int(row["納付額（円）"]))] if row["納付日"] else []
    found = account(
        RULE,
        received=[Sum(day(row["受領日"]), int(row["受領額（円）"]))],
        principal_yen=int(row["返還額（円）"]),
        due_on=day(row["納期日"]),
        paid=paid,
        as_of=day(row["計算日"]),
        surcharged=row["加算金"] == "あり",
    )
    expected = [int(row[name]) for name in ("違約加算金（円）", "延滞金（円）", "残り（円）")]
    assert [found.surcharge.yen, found.late.yen, found.left_yen] == expected


days = some.dates(dt.date(2027, 1, 1), dt.date(2030, 12, 31))
sums = some.builds(Sum, on=days, yen=some.integers(1, 400_000))


@given(
    some.lists(sums, min_size=1, max_size=3), some.lists(sums, max_size=4), days, days, some.data()
)
def test_the_charges_equal_a_count_day_by_day(received, paid, due_on, as_of, data):
    """The same by brute force: one day after the other, with what was unpaid that morning."""
    principal = data.draw(some.integers(1, sum(item.yen for item in received)))
    found = account(
        RULE, received=received, principal_yen=principal, due_on=due_on, paid=paid, as_of=as_of
    )
    rate = Fraction(1095, 10_000 * 365)
    parts, left = [], principal
    for item in sorted(received, key=lambda item: item.on, reverse=True):
        parts.append([item.on, min(left, item.yen)])
        left -= min(left, item.yen)
    parts.reverse()
    surcharge = late = Fraction(0)
    on = min(item.on for item in [*received, Sum(due_on, 0)])
    paid_before = sum(item.yen for item in paid if item.on < on)
    while on <= as_of:
        gone = paid_before
        owed = 0
        for first, yen in parts:
            rest = max(0, yen - gone)
            gone = max(0, gone - yen)
            owed += rest
            surcharge += rest * rate if on >= first else 0
        late += owed * rate if on > due_on else 0
        paid_before += sum(item.yen for item in paid if item.on == on)
        on += dt.timedelta(days=1)
    assert (found.surcharge.exact, found.late.exact) == (surcharge, late)


def test_two_receipts_of_one_day_are_lowered_once_by_a_payment():
    first, later = dt.date(2027, 1, 1), dt.date(2028, 1, 1)
    terms = {"principal_yen": 200, "due_on": first, "paid": [Sum(first, 50)], "as_of": later}
    apart = account(RULE, received=[Sum(first, 100), Sum(first, 100)], **terms)
    assert apart == account(RULE, received=[Sum(first, 200)], **terms)


@given(sums, some.lists(sums, max_size=4), days, days)
def test_what_is_left_falls_by_payments_and_is_never_negative(received, paid, due_on, as_of):
    terms = {"received": [received], "principal_yen": received.yen, "due_on": due_on}
    with_payments = account(RULE, **terms, paid=paid, as_of=as_of)
    without = account(RULE, **terms, as_of=as_of)
    assert 0 <= with_payments.left_yen <= without.left_yen
    assert with_payments.surcharge.yen <= without.surcharge.yen
    assert with_payments.late.yen <= without.late.yen


def test_more_than_was_received_cannot_be_claimed_back():
    with pytest.raises(ValueError, match="more than"):
        account(
            RULE,
            received=[Sum(dt.date(2027, 5, 10), 10)],
            principal_yen=11,
            due_on=dt.date(2027, 6, 30),
            as_of=dt.date(2027, 6, 30),
        )


def test_other_rates_and_floors_are_settings():
    rule = RecoveryRule(surcharge_rate=730, late_rate=1460, least_yen=0, unit_yen=100)
    found = account(
        rule,
        received=[Sum(dt.date(2027, 1, 1), 365_000)],
        principal_yen=365_000,
        due_on=dt.date(2027, 1, 10),
        as_of=dt.date(2027, 1, 20),
    )
    assert (found.surcharge.exact, found.surcharge.yen) == (1460, 1400)
    assert (found.late.exact, found.late.yen) == (1460, 1400)
