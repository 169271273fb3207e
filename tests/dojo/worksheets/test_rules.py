"""What a sheet asks, what was typed, and what follows."""

import datetime as dt
from fractions import Fraction

import pytest

from dojo.worksheets import drawing
from dojo.worksheets.results import result_of
from dojo.worksheets.rules.building import built
from dojo.worksheets.rules.comparison import lines
from dojo.worksheets.rules.flow import Stage, totals
from dojo.worksheets.rules.reading import Unreadable, problems, read
from dojo.worksheets.rules.sheet import Field
from dojo.worksheets.sheets import INVESTMENT, PROBLEMS, PROCESS, SHEETS, TOOLS
from dojo.worksheets.words import duration, sections
from tests.factories import worksheets as make


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("yen", "１，２３４，０００円", 1_234_000),
        ("yen", "￥500", 500),
        ("signed_yen", "▲2,500,000", -2_500_000),
        ("signed_yen", "ー2,500,000", -2_500_000),
        ("signed_yen", "− 2500000円", -2_500_000),
        ("count", "１２", 12),
        ("decimal", "15.5", Fraction(31, 2)),
        ("percent", "３％", Fraction(3)),
        ("date", "令和9年3月31日", dt.date(2027, 3, 31)),
        ("text", "  ", None),
        ("many", ["a", "x"], ["a"]),
    ],
)
def test_what_people_type_is_read(kind, typed, value):
    assert read(Field("f", "欄", kind, choices=(("a", "あ"),)), typed) == value


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        ("yen", "だいたい10万", "円の単位"),
        ("yen", "-5", "0以上の数字"),
        ("count", "1.5", "小数点のない"),
        ("count", "十", "数字で入力"),
        ("decimal", "1.23456", "4桁まで"),
        ("percent", "101", "100以下"),
        ("date", "来月", "正しい日付"),
        ("choice", "z", "選び直して"),
        ("text", "あ" * 201, "200字以内"),
    ],
)
def test_what_cannot_be_read_says_how_to_type_it(kind, typed, words):
    field = Field("f", "欄", kind, choices=(("a", "あ"),), high=100 if kind == "percent" else None)
    with pytest.raises(Unreadable, match=words):
        read(field, typed)


def test_every_sheet_asks_something_and_facts_name_their_source():
    assert list(SHEETS) == [
        "problems", "process", "improvement", "tools", "investment", "plan", "risks",
    ]  # fmt: skip
    for sheet in SHEETS.values():
        assert problems(sheet, {}), sheet.code
        codes = [step.code for step in sheet.steps]
        assert len(set(codes)) == len(codes)
        for step in sheet.steps:
            assert len({field.code for field in step.fields}) == len(step.fields)
            assert all(
                fact.source[:3] in {"000", "001", "002", "003", "004"} for fact in step.facts
            )


def test_money_of_the_stock_taking_and_the_calculator_is_kept_at_first():
    assert PROBLEMS.kept_at_first() == ["firm.sales", "firm.profit", "issues.loss"]
    assert len(INVESTMENT.kept_at_first()) == 6
    assert not PROCESS.kept_at_first()


def test_full_sheets_have_nothing_to_mend():
    for code, content in (
        ("investment", make.CALCULATOR),
        ("plan", make.PLAN),
        ("problems", make.PROBLEMS),
        ("process", make.PROCESS),
    ):
        assert problems(SHEETS[code], content) == []


def test_the_process_is_summed_and_drawn():
    stages = [
        Stage("受ける", "事務", "電話", 10, 120, 2),
        Stage("とても長い名前の作業をここに書いてあふれさせる", "", "", 20, 0, 5),
    ]
    found = totals(stages, 60)
    assert (found.work, found.wait, found.errors) == (30, 120, 7)
    assert (found.wait_percent, found.work_hours) == (80, 30)
    assert (found.slowest, found.faultiest) == (0, 1)
    picture = drawing.flow(stages, found.slowest)
    assert picture.boxes[1].name.endswith("…")
    assert picture.boxes[0].wait_width > picture.boxes[0].work_width > 0
    assert [duration(minutes) for minutes in (5, 60, 90)] == ["5分", "1時間", "1時間30分"]


def test_a_balance_below_nil_hangs_from_the_line():
    wide, narrow = drawing.cash([-1000, -400, 200])
    assert [column.is_plus for column in wide.columns] == [False, False, True]
    assert wide.columns[0].y == wide.zero
    assert wide.columns[2].y < wide.zero
    assert narrow.width < wide.width


def test_candidates_are_compared_in_the_order_of_the_sheet_without_a_winner():
    found = lines(
        [("1", "A"), ("2", "B")],
        [("1", 5), ("2", 1)],
        {("1", "1"): 2, ("1", "2"): 5, ("2", "2"): 4},
    )
    assert [line.name for line in found] == ["A", "B"]
    assert [line.mean for line in found] == [Fraction(15, 6), Fraction(4)]
    assert [line.judged for line in found] == [2, 1]


def test_scores_are_asked_for_each_candidate_and_criterion():
    content = {
        "criteria": [{"id": "3", "name": "使いやすさ", "weight": "5"}],
        "candidates": [
            {"id": "1", "name": "甲"},
            {"id": "2", "name": "乙"},
            {"id": "4", "name": ""},
        ],
        "scores": {"1-3": "4"},
    }
    sheet = built(TOOLS, content)
    step = sheet.step("scores")
    assert [field.code for field in step.fields] == ["1-3", "2-3"]
    data = result_of(sheet, content).data
    assert [(line.name, mean) for line, _scores, mean in data["lines"]] == [
        ("甲", "4"),
        ("乙", "—"),
    ]
    assert data["unjudged"] == 1


def test_what_is_kept_is_neither_shown_nor_told_by_a_result():
    kept = INVESTMENT.kept_at_first()
    assert result_of(INVESTMENT, make.CALCULATOR, hide=kept).kept
    shown = list(sections(INVESTMENT, make.CALCULATOR, hide=kept))
    texts = {cell.label: cell.text for part in shown for cell in part.cells}
    assert texts["初期費用"] == "非公開"
    assert texts["減る作業時間（1か月）"] == "15.5時間"
    data = result_of(INVESTMENT, make.CALCULATOR).data
    assert data["benefit"] == "580,800円"
    assert data["irr"].endswith("%")
    assert len(data["years"]) == 6


def test_a_subsidy_above_the_cost_is_refused_in_words():
    content = {**make.CALCULATOR, "costs": {**make.COSTS, "subsidy": "9,999,999"}}
    assert "超えています" in result_of(INVESTMENT, content).data["refusal"]
