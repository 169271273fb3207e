"""A pasted table: whatever people's sheets look like, and every fault in words."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisors.adoption.rules import table
from advisors.adoption.rules.entry import Entry
from advisors.adoption.rules.table import Frame, read

MONDAY = dt.date(2026, 11, 16)
FRAME = Frame(first=dt.date(2026, 8, 31), last=MONDAY, people=12)
HEAD = "週,ログインした人数,入力した件数,入力するはずだった件数,エラーの件数"


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeff{HEAD}\n2026/11/16,8,50,60,2\n",
        f"{HEAD}\r\n令和8年11月16日,８,５０,６０,２",
        f"{HEAD}\n2026-11-18,8人,50件,60件,2件\n\n",
        f"{HEAD}".replace(",", "\t") + "\n2026/11/16\t8\t50\t60\t2",
        f"{HEAD}".replace(",", "，") + "\n２０２６年１１月１６日，８，５０，６０，２",
        f'{HEAD}\n"2026/11/16","8","50","60","2",,',
        "エラー,週の始まり（月曜日）,ログイン人数,入力予定,入力件数\n2,R8.11.16,8,60,50",
        "week;logged_in;entered;expected;errors\n2026-11-22;8;50;60;2",
    ],
)
def test_what_is_understood(text):
    found = read(text, FRAME)
    assert found.faults == []
    assert [(row.week, row.entry) for row in found.rows] == [(MONDAY, Entry(8, 50, 60, 2))]


def test_columns_that_nobody_counts_may_be_left_out_and_holidays_are_passed_over():
    found = read("週,ログイン\n2026/11/9,\n2026/11/16,0", FRAME)
    assert found.faults == []
    assert [row.entry for row in found.rows] == [Entry(0)]


@pytest.mark.parametrize(
    ("text", "line", "column", "told"),
    [
        ("", 0, "", "表が空です"),
        ("\ufeff\n \n", 0, "", "表が空です"),
        (HEAD, 0, "", "数字の行がありません"),
        ("2026/11/16,8,50,60,2", 1, "", "1行目が見出しになっていません"),
        ("週,出勤者\n2026/11/16,8", 1, "", "この表にない見出しがあります（出勤者）"),
        ("週,エラー\n2026/11/16,8", 1, "", "「ログインした人数」の見出しがありません"),
        ("週,日付,ログイン\n2026/11/16,,8", 1, "", "「週の日付」の列が2つあります"),
        (f"{HEAD}\n先週,8,50,60,2", 2, "週の日付", "「先週」は日付として読めません"),
        (f"{HEAD}\n2026/2/30,8,50,60,2", 2, "週の日付", "日付として読めません"),
        (f"{HEAD}\n2026/8/24,8,50,60,2", 2, "週の日付", "使い始める前です"),
        (f"{HEAD}\n2026/11/23,8,50,60,2", 2, "週の日付", "まだ記録できません"),
        (f"{HEAD}\n2026/11/16,8,50,60,2\n2026/11/18,9,50,60,2", 3, "週の日付", "2行目と同じ週"),
        (f"{HEAD}\n2026/11/16,八,50,60,2", 2, "ログインした人数", "「八」は0以上の整数"),
        (f"{HEAD}\n2026/11/16,-1,50,60,2", 2, "ログインした人数", "0以上の整数"),
        (f"{HEAD}\n2026/11/16,8.5,50,60,2", 2, "ログインした人数", "0以上の整数"),
        (f"{HEAD}\n2026/11/16,,50,60,2", 2, "ログインした人数", "だれも使わなかった週は0"),
        (f"{HEAD}\n2026/11/16,13,50,60,2", 2, "ログインした人数", "人数（12人）より多く"),
        (f"{HEAD}\n2026/11/16,8,60,50,2", 2, "入力した件数", "取り違えていないか"),
        (f"{HEAD}\n2026/11/16,8,50,,2", 2, "入力するはずだった件数", "も書いてください"),
        (f"{HEAD}\n2026/11/16,8,1,200,2000,7", 2, "", "見出しより多い列"),
        (f'{HEAD}\n2026/11/16,"8,50,60,2', 2, "", "引用符"),
    ],
)
def test_each_fault_says_where_and_how_to_mend_it(text, line, column, told):
    found = read(text, FRAME)
    assert [(fault.line, fault.column) for fault in found.faults] == [(line, column)]
    assert told in found.faults[0].text


def test_all_lines_are_read_before_anything_is_said():
    found = read(f"{HEAD}\n先週,8,50,60,2\n2026/11/9,x,50,60,2\n2026/11/16,8,y,60,2", FRAME)
    assert [fault.line for fault in found.faults] == [2, 3, 4]
    many = "\n".join([HEAD, *["2026/11/16,8,,,"] * (table.MOST_LINES + 1)])
    assert "300行まで" in read(many, FRAME).faults[0].text


def test_more_people_may_have_been_there_before():
    was = Frame(FRAME.first, FRAME.last, 5, {MONDAY: 12})
    assert read(f"{HEAD}\n2026/11/16,8,50,60,2", was).faults == []


@given(st.text(max_size=300))
def test_no_text_at_all_breaks_it(text):
    for one in (text, f"{HEAD}\n{text}"):
        found = read(one, FRAME)
        assert found.faults or all(FRAME.first <= row.week <= FRAME.last for row in found.rows)
        assert all(fault.text for fault in found.faults)
