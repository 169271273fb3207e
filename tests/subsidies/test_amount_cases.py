"""The golden amounts that an official can read, and the command that runs anybody's."""

import csv
from fractions import Fraction
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from subsidies.rules import amount_cases
from subsidies.rules.arithmetic import Spent, Terms, compute

GOLDEN = Path(__file__).parent / "golden" / "amounts.csv"
HEAD = ",".join(amount_cases.COLUMNS)
GOOD = "例,3/4,500000,50000,excl,1000,total,software:665999:66599,,499000,"


def golden():
    with GOLDEN.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("row", golden(), ids=lambda row: row["case"])
def test_the_golden_amounts(row):
    found = amount_cases.run(row)
    assert found.error == row["expected_error"]
    if not found.error:
        assert found.yen == int(
            amount_cases._plain(row["expected_yen"]).strip("円").replace(",", "")
        )


def test_there_are_enough_of_them_and_no_name_twice():
    names = [row["case"] for row in golden()]
    assert len(names) == len(set(names)) >= 60


def run(tmp_path, capsys, *lines, head=HEAD, encoding="utf-8"):
    file = tmp_path / "cases.csv"
    file.write_text("\n".join([head, *lines]) + "\n", encoding=encoding)
    problem = ""
    try:
        call_command("subsidy_check_amounts", str(file))
    except CommandError as error:
        problem = str(error)
        returned = error.returncode
        assert returned == 1
    return capsys.readouterr().out, problem


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_right_file_passes(tmp_path, capsys, encoding):
    out, problem = run(tmp_path, capsys, GOOD, "", encoding=encoding)
    assert (out, problem) == ("1件：一致1、不一致0、読めない行0\n", "")


def test_each_mismatch_is_named_with_both_amounts(tmp_path, capsys):
    wrong = GOOD.replace("499000", "500000")
    code = "下限,3/4,500000,50000,excl,1000,total,software:66666:0,,,no_eligible_expense"
    out, problem = run(tmp_path, capsys, wrong, GOOD, code)
    assert out.splitlines() == [
        "2行目 例：期待は500,000円、計算は499,000円",
        "4行目 下限：期待は0円（no_eligible_expense）、計算は0円（below_floor）",
    ]
    assert problem == "3件：一致1、不一致2、読めない行0"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("3/4", "3/0", "rate「3/0」は0より大きく1以下"),
        ("3/4", "4/3", "rate「4/3」"),
        ("3/4", "三分の二", "rate「三分の二」"),
        ("excl", "net", "tax_modeはexclかincl"),
        ("total", "line", "round_atはtotalかcategory"),
        (",1000,", ",0,", "rounding_unit_yenは1以上"),
        ("500000", "-1", "cap_yen「-1」は0以上"),
        ("665999:66599", "665999", "「経費区分:税抜:消費税」の形"),
        ("665999", "六十六万", "lines「六十六万」は円の金額ではありません"),
        ("software:", ":", "経費区分がありません"),
        ("665999", "9" * 16, "円の金額ではありません"),
        (",499000,", ",,", "expected_yenかexpected_error"),
        (",499000,", ",499000,too_low", "expected_error「too_low」は知らない符号"),
        (",excl", "", "列の数が1行目と違います"),
        ("excl", "excl,more", "列の数が1行目と違います"),
    ],
)
def test_a_malformed_row_is_named_and_the_others_run(tmp_path, capsys, old, new, says):
    out, problem = run(tmp_path, capsys, GOOD.replace(old, new, 1), GOOD)
    assert out.startswith("2行目 例：")
    assert says in out
    assert problem == "2件：一致1、不一致0、読めない行1"


def test_a_file_that_is_none_of_ours_says_why(tmp_path, capsys):
    _out, problem = run(tmp_path, capsys, GOOD, head="case,rate")
    assert problem.startswith("1行目に列がありません：cap_yen、")
    _out, problem = run(tmp_path, capsys, GOOD, encoding="cp932")
    assert "UTF-8ではありません" in problem
    _out, problem = run(tmp_path, capsys)
    assert "確かめる行がありません" in problem
    with pytest.raises(CommandError, match="開けません"):
        call_command("subsidy_check_amounts", str(tmp_path / "nothing.csv"))


SPENT = st.lists(
    st.builds(
        Spent,
        st.sampled_from(["a", "b", "c"]),
        st.integers(0, 10**10),
        st.integers(0, 10**9),
    ),
    max_size=8,
)
TERMS = st.builds(
    Terms,
    rate=st.fractions(min_value=Fraction(1, 20), max_value=1, max_denominator=30),
    cap_yen=st.integers(0, 10**9),
    floor_yen=st.sampled_from([0, 50_000, 300_000]),
    tax_mode=st.sampled_from(["excluded", "included"]),
    round_unit_yen=st.sampled_from([1, 100, 1_000, 10_000]),
    round_point=st.sampled_from(["total", "category"]),
)


@given(TERMS, SPENT, st.none() | st.integers(0, 10**9))
def test_never_above_cap_rate_or_decision(terms, spent, decided):
    found = compute(terms, spent, decided_yen=decided)
    assert 0 <= found.subsidy_yen <= terms.cap_yen
    assert found.subsidy_yen <= found.eligible_yen * terms.rate
    assert decided is None or found.subsidy_yen <= decided
    assert found.subsidy_yen == 0 or found.cut_yen >= terms.floor_yen
    assert found.cut_yen % terms.round_unit_yen == 0
    assert found.error == "" or found.subsidy_yen == 0


@given(TERMS, SPENT, SPENT, st.none() | st.integers(0, 10**9))
def test_more_expenses_never_give_less(terms, spent, more, decided):
    less = compute(terms, spent, decided_yen=decided).subsidy_yen
    assert less <= compute(terms, spent + more, decided_yen=decided).subsidy_yen


@given(TERMS, SPENT)
def test_cut_off_on_the_total_it_is_the_exact_fraction(terms, spent):
    found = compute(terms, spent)
    if terms.round_point == "total":
        exact = min(Fraction(terms.cap_yen), found.eligible_yen * terms.rate)
        assert 0 <= exact - found.cut_yen < terms.round_unit_yen


@given(TERMS, SPENT, st.integers(1, 10**9))
def test_a_single_negative_yen_stops_it(terms, spent, yen):
    for bad in (Spent("a", -yen, 0), Spent("a", 0, -yen)):
        found = compute(terms, [*spent, bad])
        assert (found.subsidy_yen, found.error) == (0, "negative_amount")
