"""Money: exact, cut off where the rules say, read as people write it."""

import csv
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel import money

GOLDEN = Path(__file__).parent / "golden"
YEN = st.integers(0, 10**12)
RATES = st.fractions(0, 1, max_denominator=1000)


def _golden(name: str) -> list[dict[str, str]]:
    with (GOLDEN / name).open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    "row", _golden("portion.csv"), ids=lambda row: f"{row['対象経費（円）']}×{row['補助率']}"
)
def test_portions_as_an_official_works_them_out(row):
    portion = money.portion(int(row["対象経費（円）"]), Fraction(row["補助率"]))
    assert portion == int(row["円未満切捨て（円）"])
    assert money.floor_to(portion) == int(row["千円未満切捨て（円）"])


@given(YEN, RATES)
def test_a_portion_is_the_largest_whole_yen_not_above_the_exact_share(amount, rate):
    portion = money.portion(amount, rate)
    assert isinstance(portion, int)
    assert portion <= amount * rate < portion + 1
    assert 0 <= portion <= amount


@given(YEN, YEN, RATES)
def test_more_cost_never_means_less_subsidy(one, other, rate):
    low, high = sorted((one, other))
    assert money.portion(low, rate) <= money.portion(high, rate)


@given(YEN, st.sampled_from([1, 10, 100, 1_000, 10_000]))
def test_flooring_takes_off_less_than_the_unit_and_only_once(amount, unit):
    floored = money.floor_to(amount, unit)
    assert floored % unit == 0
    assert 0 <= amount - floored < unit
    assert money.floor_to(floored, unit) == floored


def test_a_negative_amount_is_never_floored_or_shared():
    with pytest.raises(ValueError, match="negative"):
        money.floor_to(-1)
    with pytest.raises(ValueError, match="negative"):
        money.portion(-1, Fraction(1, 2))


@given(YEN)
def test_what_is_shown_is_read_back(amount):
    assert money.parse_yen(money.format_yen(amount)) == amount


FULL_WIDTH = str.maketrans("0123456789,", "０１２３４５６７８９，")


@given(YEN)
def test_full_width_figures_mean_the_same(amount):
    assert money.parse_yen(f"￥{amount:,}".translate(FULL_WIDTH)) == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234", 1234),
        (" 1,234 円 ", 1234),
        ("１，２３４円", 1234),
        ("￥1,234", 1234),
        ("¥1234", 1234),
        ("\\1,234", 1234),
        ("1、234", 1234),
        ("0", 0),
        ("007", 7),
        ("1 234", 1234),
        ("１　２３４", 1234),
    ],
)
def test_yen_as_people_type_it(text, amount):
    assert money.parse_yen(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "円",
        "¥",
        "-1",
        "－１",
        "1.5",
        "１．５",
        "12万",
        "1e3",
        "0x1",
        "一千",
        "1円2",
        "12345678901234",
        "1¥2",
        "¥¥1",
        "NaN",
        "١٢٣",
    ],
)
def test_what_is_not_whole_yen_is_refused(text):
    with pytest.raises(money.NotYen):
        money.parse_yen(text)


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (Fraction(3, 4), "4分の3"),
        (Fraction(2, 3), "3分の2"),
        (Fraction(1, 2), "2分の1"),
        (Fraction(4, 6), "3分の2"),
        (Fraction(1), "10分の10"),
    ],
)
def test_rates_as_rules_write_them(rate, text):
    assert money.format_rate(rate) == text
