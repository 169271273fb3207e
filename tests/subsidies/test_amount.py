"""The amount: golden tables that an official can read, and properties that hold for all amounts."""

import csv
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.money import floor_to, portion
from subsidies.rules.amount import ExpenseItem, calculate
from subsidies.rules.scheme import SchemeRules
from subsidies.schemes.definitions import scheme_definitions

GOLDEN = Path(__file__).parent / "golden"
STAGES = {"はじめの一歩": "DX1", "生産性向上": "DX2", "事業変革": "DX3"}
TAX = {"税抜": "excluded", "税込": "included"}
POINT = {"合計": "total", "経費区分ごと": "category"}


def rows(name):
    with (GOLDEN / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def shipped(ward: int, code: str) -> SchemeRules:
    found = scheme_definitions({ward: "試験区"})
    return SchemeRules.parse(next(item.rules for item in found if item.code == code))


def rules(**changes) -> SchemeRules:
    data = {
        "rate": "2/3",
        "cap_yen": 5_000_000,
        "tax_mode": "excluded",
        "categories": [
            {"code": "software", "name": "ソフトウェア費"},
            {"code": "equipment", "name": "機器・センサー費"},
        ],
    }
    return SchemeRules.parse({**data, **changes})


def item(price, category="software", **fields) -> ExpenseItem:
    return ExpenseItem(category, "品", price, **fields)


@pytest.mark.parametrize(
    "row", rows("schemes.csv"), ids=lambda row: f"{row['制度']}-{row['税抜の経費（円）']}"
)
def test_the_schemes_as_the_wards_publish_them(row):
    found = shipped(int(row["区"]), STAGES.get(row["制度"], "DGT"))
    assert found.rate == Fraction(row["補助率"])
    assert found.cap_yen == int(row["上限額（円）"])
    assert found.floor_yen == int(row["下限額（円）"])
    assert found.tax_mode == TAX[row["税の扱い"]]
    line = item(int(row["税抜の経費（円）"]), tax_percent=int(row["消費税率（%）"]))
    result = calculate(found, [line])
    assert result.subsidy_yen == int(row["交付額（円）"])
    assert bool(result.problems) is (result.subsidy_yen == 0)


@pytest.mark.parametrize("row", rows("rounding.csv"), ids=lambda row: row["説明"])
def test_where_amounts_are_cut_off(row):
    found = rules(
        rate=row["補助率"],
        cap_yen=int(row["上限額（円）"]),
        round_unit_yen=int(row["切捨て単位（円）"]),
        round_point=POINT[row["端数処理"]],
    )
    lines = [
        item(int(row["ソフトウェア費（円）"])),
        item(int(row["機器・センサー費（円）"]), "equipment"),
    ]
    assert calculate(found, lines).subsidy_yen == int(row["交付額（円）"])


def test_every_step_is_told_in_words():
    steps = calculate(shipped(13107, "DGT"), [item(665_999)]).steps
    assert [(step.label, step.value) for step in steps] == [
        ("補助対象経費（税抜）", 665_999),
        ("補助率をかける", 499_499),
        ("上限と比べる", 499_499),
        ("千円未満切捨て", 499_000),
        ("下限と比べる", 499_000),
    ]
    assert steps[0].formula == "ソフトウェア費 665,999円"
    assert steps[1].formula == "665,999円 × 4分の3"


def test_used_goods_count_only_where_the_rules_say_so():
    used = item(1_000_000, is_used=True)
    assert calculate(rules(), [used]).subsidy_yen == 666_000
    excluded = calculate(rules(used_goods="excluded"), [used, item(300_000)])
    assert excluded.eligible_yen == 300_000
    assert [problem.anchor for problem in excluded.problems] == ["expenses.0.is_used"]


def test_an_unknown_category_counts_nothing_and_says_so():
    result = calculate(rules(), [item(900_000, "travel"), item(300_000)])
    assert result.eligible_yen == 300_000
    assert result.problems[0].anchor == "expenses.0.category"


def test_nothing_gives_nothing():
    result = calculate(rules(), [])
    assert (result.eligible_yen, result.subsidy_yen, result.problems) == (0, 0, ())


RATES = st.fractions(min_value=Fraction(1, 10), max_value=1, max_denominator=20)
ITEMS = st.lists(
    st.builds(
        ExpenseItem,
        category=st.sampled_from(["software", "equipment"]),
        description=st.just("品"),
        unit_price=st.integers(1, 20_000_000),
        quantity=st.integers(1, 30),
        tax_percent=st.sampled_from([0, 8, 10]),
        is_used=st.booleans(),
    ),
    max_size=8,
)
RULES = st.builds(
    lambda rate, cap, floor, tax, unit, point: rules(
        rate=str(rate),
        cap_yen=cap,
        floor_yen=min(floor, cap),
        tax_mode=tax,
        round_unit_yen=unit,
        round_point=point,
    ),
    RATES,
    st.integers(1_000, 20_000_000),
    st.sampled_from([0, 50_000, 300_000]),
    st.sampled_from(["excluded", "included"]),
    st.sampled_from([1, 100, 1_000, 10_000]),
    st.sampled_from(["total", "category"]),
)


@given(RULES, ITEMS)
def test_the_amount_stays_within_cap_rate_and_floor(found, lines):
    result = calculate(found, lines)
    assert 0 <= result.subsidy_yen <= found.cap_yen
    assert result.subsidy_yen <= result.eligible_yen * found.rate
    assert result.subsidy_yen % found.round_unit_yen == 0
    assert result.subsidy_yen == 0 or result.subsidy_yen >= found.floor_yen
    assert result.eligible_yen == sum(line.counted_yen for line in result.lines)
    assert result.steps[-1].value == result.subsidy_yen
    assert (result.subsidy_yen == 0 and result.eligible_yen > 0) == any(
        problem.code == "below_floor" for problem in result.problems
    )


@given(RULES, ITEMS)
def test_the_order_of_lines_does_not_matter(found, lines):
    assert calculate(found, lines).subsidy_yen == calculate(found, lines[::-1]).subsidy_yen


@given(RULES, ITEMS, ITEMS)
def test_more_expenses_never_give_less(found, lines, more):
    assert calculate(found, lines).subsidy_yen <= calculate(found, lines + more).subsidy_yen


@given(RATES, st.integers(0, 10**12))
def test_per_total_the_amount_is_the_formula(rate, price):
    found = rules(rate=str(rate), cap_yen=5_000_000)
    result = calculate(found, [item(price)] if price else [])
    assert result.subsidy_yen == floor_to(min(found.cap_yen, portion(price, rate)))


@given(ITEMS)
def test_per_category_never_gives_more_than_per_total(lines):
    by_total = calculate(rules(round_point="total"), lines).subsidy_yen
    by_category = calculate(rules(round_point="category"), lines).subsidy_yen
    assert by_category <= by_total
    assert by_total - by_category <= 2_000
