"""The pure comparison of two plans: what is small, what needs a ruling, what it comes to."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as some

from subsidies.grants.rules.changes import compare
from subsidies.rules.amount import ExpenseItem, calculate
from subsidies.rules.scheme import SchemeRules
from tests.factories.subsidies import rules_json

RULES = SchemeRules.parse(rules_json("DX1"))
CODES = [category.code for category in RULES.categories]
ENDS_ON = dt.date(2027, 3, 12)

items = some.builds(
    ExpenseItem,
    category=some.sampled_from(CODES),
    description=some.just("品"),
    unit_price=some.integers(1, 2_000_000),
    quantity=some.integers(1, 5),
)
plans = some.lists(items, min_size=1, max_size=6)


def line(category: str, yen: int) -> ExpenseItem:
    return ExpenseItem(category=category, description="品", unit_price=yen)


def compared(before, after, *, decided=None, ends_on=ENDS_ON, purpose=False):
    return compare(
        RULES,
        before,
        after,
        decided_yen=calculate(RULES, before).subsidy_yen if decided is None else decided,
        ends_on=ENDS_ON,
        new_ends_on=ends_on,
        purpose_changes=purpose,
    )


@given(plans, plans, some.integers(0, 600_000))
def test_a_change_never_raises_what_is_decided(before, after, decided):
    found = compared(before, after, decided=decided)
    assert found.amount_yen <= found.decided_yen == decided
    assert found.amount_yen <= calculate(RULES, after).subsidy_yen


@given(plans, plans)
def test_a_small_change_moves_little_and_leaves_the_amount(before, after):
    found = compared(before, after)
    if found.is_minor:
        assert found.amount_yen == found.decided_yen
        assert found.moved_yen * 100 <= RULES.minor_change_percent * found.before_yen
    assert sum(item.difference_yen for item in found.categories) == (
        found.after_yen - found.before_yen
    )


@given(plans)
def test_the_same_plan_in_another_order_is_no_change(plan):
    found = compared(plan, plan[::-1])
    assert (found.moved_yen, found.share, found.is_minor) == (0, 0, True)


@given(plans, some.booleans(), some.dates(dt.date(2026, 12, 1), dt.date(2027, 3, 31)))
def test_period_and_purpose_are_always_for_the_ward(plan, purpose, ends_on):
    causes = compared(plan, plan, ends_on=ends_on, purpose=purpose).causes
    assert ("purpose" in causes) == purpose
    assert ("period" in causes) == (ends_on != ENDS_ON)


@pytest.mark.parametrize(
    ("moved", "minor"), [(0, True), (199_999, True), (200_000, True), (200_001, False)]
)
def test_the_boundary_is_twenty_percent_of_the_eligible_expenses(moved, minor):
    """Of 1,000,000円 up to 200,000円 may move; the cap keeps the amount where it is."""
    first, second = CODES[:2]
    before = [line(first, 600_000), line(second, 400_000)]
    after = [line(first, 600_000 - moved), line(second, 400_000 + moved)]
    assert compared(before, after).is_minor == minor


def test_expenses_that_fall_below_the_cap_lower_the_amount():
    found = compared([line(CODES[0], 600_000)], [line(CODES[0], 520_000)])
    assert (found.decided_yen, found.amount_yen, found.causes) == (450_000, 390_000, ("amount",))


def test_an_amount_that_the_ward_reduced_stays_where_the_rules_give_more():
    found = compared([line(CODES[0], 600_000)], [line(CODES[0], 590_000)], decided=400_000)
    assert (found.amount_yen, found.is_minor) == (400_000, True)
