"""Bonus points: what counts, what does not and why, in words an official reads."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsidies.rules.bonus import BonusRule, Fact, bonus_lines, total_points

APPLIED = dt.date(2026, 11, 20)
DOJO = BonusRule("dojo", "DX道場の修了", "dojo_graduate", 5, valid_months=36)
SDGS = BonusRule("sdgs", "SDGsの宣言", "sdgs", 2)


def fact(**changes):
    values = {
        "id": 1,
        "kind": "dojo_graduate",
        "title": "DX道場 第3期 修了",
        "granted_on": dt.date(2026, 9, 12),
        "expires_on": dt.date(2029, 9, 11),
    }
    return Fact(**{**values, **changes})


def test_a_line_cites_its_fact():
    line, none = bonus_lines([DOJO, SDGS], [fact()], applied_on=APPLIED)
    assert line.points == 5
    assert line.text == "加点 5: DX道場 第3期 修了 2026-09-12（2029-09-11まで有効）"
    assert (none.points, none.text) == (0, "加点なし: 記録がありません")


@pytest.mark.parametrize(
    ("expires_on", "months", "last"),
    [
        (dt.date(2027, 3, 31), 36, "2027-03-31まで有効"),
        (dt.date(2030, 3, 31), 36, "2029-09-12まで有効"),
        (None, 36, "2029-09-12まで有効"),
        (dt.date(2030, 3, 31), 0, "2030-03-31まで有効"),
        (None, 0, ""),
    ],
)
def test_a_line_says_until_when_the_fact_counts(expires_on, months, last):
    rule = BonusRule("dojo", "DX道場の修了", "dojo_graduate", 5, valid_months=months)
    (line,) = bonus_lines([rule], [fact(expires_on=expires_on)], applied_on=APPLIED)
    assert line.text.endswith(f"（{last}）" if last else "修了 2026-09-12")


@pytest.mark.parametrize(
    ("changes", "points", "why"),
    [
        ({"granted_on": APPLIED}, 5, ""),
        ({"granted_on": APPLIED + dt.timedelta(days=1)}, 0, "申請日（2026-11-20）より後"),
        ({"expires_on": APPLIED}, 5, ""),
        ({"expires_on": APPLIED - dt.timedelta(days=1)}, 0, "期限切れ"),
        ({"expires_on": None}, 5, ""),
        ({"expires_on": None, "granted_on": dt.date(2023, 11, 20)}, 5, ""),
        ({"expires_on": None, "granted_on": dt.date(2023, 11, 19)}, 0, "36か月を過ぎている"),
        ({"revoked_on": dt.date(2026, 12, 1)}, 0, "2026-12-01に取り消された"),
    ],
)
def test_the_boundaries(changes, points, why):
    (line,) = bonus_lines([DOJO], [fact(**changes)], applied_on=APPLIED)
    assert line.points == points
    assert why in line.text


def test_two_graduates_count_once_and_an_expired_one_does_not_hide_a_valid_one():
    old = fact(id=2, granted_on=dt.date(2026, 10, 1), expires_on=dt.date(2026, 10, 2))
    lines = bonus_lines([DOJO], [old, fact(), fact(id=3)], applied_on=APPLIED)
    assert total_points(lines) == 5
    assert lines[0].fact_id == 3


@given(
    st.lists(
        st.builds(
            fact,
            id=st.integers(1, 9),
            kind=st.sampled_from(["dojo_graduate", "sdgs", "other"]),
            granted_on=st.dates(dt.date(2020, 1, 1), dt.date(2027, 12, 31)),
            expires_on=st.none() | st.dates(dt.date(2028, 1, 1), dt.date(2030, 1, 1)),
        )
    )
)
def test_one_line_a_rule_never_more_than_its_points_and_more_facts_never_hurt(facts):
    lines = bonus_lines([DOJO, SDGS], facts, applied_on=APPLIED)
    assert [line.code for line in lines] == ["dojo", "sdgs"]
    assert total_points(lines) <= 7
    assert total_points(bonus_lines([DOJO, SDGS], facts[1:], applied_on=APPLIED)) <= total_points(
        lines
    )
