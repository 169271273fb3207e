"""Weeks, lights and patterns: cases that an official can read, and properties that always hold."""

import csv
import datetime as dt
import itertools
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisors.adoption import codes, drawing, words
from advisors.adoption.rules import wards, weeks
from advisors.adoption.rules.entry import Entry, faults
from advisors.adoption.rules.patterns import FEWEST, Setting, diagnose
from advisors.adoption.rules.wards import ToolFact
from advisors.adoption.rules.weeks import Week
from portal.ui.charts import LINE_LABEL_GAP

GOLDEN = Path(__file__).parent / "golden"


def golden(name):
    with (GOLDEN / name).open(encoding="utf-8") as handle:
        return [pytest.param(row, id=row["場合"]) for row in csv.DictReader(handle)]


def numbers(text):
    return [None if part == "-" else int(part) for part in text.split()]


@pytest.mark.parametrize("row", golden("lights.csv"))
def test_a_week_is_held_against_the_line(row):
    entries = [int(row[name]) if row[name] else None for name in ("入力した", "するはず")]
    week = Week(int(row["週"]), int(row["使う人"]), int(row["ログイン"]), *entries)
    found = (words.percent(week.use), words.percent(weeks.target_of(week.number)), week.light)
    assert found == (row["利用率"], row["目安"], row["信号"])


@pytest.mark.parametrize("row", golden("patterns.csv"))
def test_what_holds_a_tool_back(row):
    people = int(row["使う人"])
    logins, entries = (
        numbers(row["ログイン（週ごと）"]),
        numbers(row["入力（%、週ごと、-は数えていない）"]),
    )
    errors = numbers(row["エラー（週ごと）"]) or [None] * len(logins)
    told = [
        Week(number, people, login, entry, None if entry is None else 100, error)
        for number, (login, entry, error) in enumerate(
            zip(logins, entries, errors, strict=True), start=1
        )
    ]
    setting = Setting(
        key_users=int(row["キーユーザー"]),
        prepared=frozenset(row["導入の前にしたこと"].split()),
        owner_joins=row["経営者"] == "はい",
        reviews=int(row["振り返り"]),
    )
    found = diagnose(told, setting)
    assert ("" if found.use is None else words.percent(found.use)) == row["直近4週の利用率"]
    assert found.light == row["信号"]
    assert " ".join(found.patterns) == row["見立て"]
    grounds = [ground.code for finding in found.findings for ground in finding.grounds]
    assert " ".join(grounds) == row["もとになったもの"]


def test_the_grounds_are_told_with_their_figures():
    told = [Week(n, 10, 8 if n < 5 else 2, 90 if n < 5 else 20, 100) for n in range(1, 15)]
    finding = next(words.findings(diagnose(told, Setting(key_users=2))))
    assert finding.name == "一過性型"
    assert finding.grounds == (
        "利用率が、初めの4週の80%から直近4週の20%に下がりました。",
        "いちばん使われたのは第1週（80%）です。",
        "3か月の振り返りが、まだ記録されていません。",
    )
    assert len(finding.advice) == 3


some_weeks = st.lists(
    st.tuples(st.integers(1, 40), st.integers(0, 40), st.integers(0, 60), st.integers(0, 60)),
    max_size=30,
).map(
    lambda rows: [
        Week(number, people, min(login, people), min(entered, expected), expected, 1)
        for number, (people, login, entered, expected) in enumerate(rows, start=1)
    ]
)
settings = st.builds(
    Setting,
    key_users=st.integers(0, 3),
    prepared=st.frozensets(st.sampled_from(sorted(codes.PREPARED))),
    owner_joins=st.booleans(),
    reviews=st.integers(0, 3),
)


@given(some_weeks, settings)
def test_a_diagnosis_rests_on_weeks_and_never_on_the_organisation_alone(told, setting):
    found = diagnose(told, setting)
    assert (found.use is None) == (len(told) < weeks.WINDOW)
    assert not found.findings or len(told) >= FEWEST
    for finding in found.findings:
        assert finding.grounds[0].values  # a figure comes first
        assert all(words.ground_text(ground) for ground in finding.grounds)
    if found.at_target:
        assert found.light == weeks.GREEN
        assert "flash" not in found.patterns
    best = diagnose(told, Setting(3, frozenset(codes.PREPARED), True, 3))
    assert set(best.patterns) - {"flash"} <= set(found.patterns)


@given(some_weeks)
def test_a_week_is_between_nothing_and_all_and_the_curve_stays_in_its_frame(told):
    for week in told:
        assert 0 <= week.use <= week.login_rate <= 1
    wide, narrow = drawing.curve([("x", "actual", [week.use for week in told])])
    for picture in (wide, narrow):
        for line in picture.lines:
            for x, y in line.dots:
                assert picture.left <= x <= picture.right
                assert picture.high <= y <= picture.low
        labels = sorted([picture.target_label[1], *(line.label_y for line in picture.lines)])
        assert all(b - a >= LINE_LABEL_GAP - 0.2 for a, b in itertools.pairwise(labels))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (dt.date(2026, 8, 31), 3, dt.date(2026, 11, 30)),
        (dt.date(2026, 11, 30), 3, dt.date(2027, 2, 28)),
        (dt.date(2026, 1, 15), 12, dt.date(2027, 1, 15)),
        (dt.date(2026, 10, 1), 6, dt.date(2027, 4, 1)),
    ],
)
def test_a_review_is_due_after_whole_months(day, months, expected):
    assert weeks.months_on(day, months) == expected


def test_a_week_can_be_written_down_from_its_friday_on():
    monday = dt.date(2026, 11, 16)
    assert weeks.last_week(dt.date(2026, 11, 19)) == dt.date(2026, 11, 9)
    assert weeks.last_week(dt.date(2026, 11, 20)) == monday
    assert weeks.last_week(dt.date(2026, 11, 29), stopped_on=dt.date(2026, 11, 18)) == monday
    assert weeks.number_of(monday, dt.date(2026, 11, 12)) == 2


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (Entry(11), "logged_in"),
        (Entry(5, entered=3), "expected"),
        (Entry(5, expected=3), "entered"),
        (Entry(5, entered=4, expected=3), "entered"),
    ],
)
def test_what_cannot_be_true_of_a_week(entry, field):
    assert [fault.field for fault in faults(entry, people=10)] == [field]


def facts(firms, **kwargs):
    values = {
        "light": "green", "is_judged": True, "at_target": True, "is_stopped": False,
        "patterns": frozenset(),
    }  # fmt: skip
    return [ToolFact(key="13107", firm=firm, **{**values, **kwargs}) for firm in firms]


def told(by_ward, patterns=()):
    """Lines of three wards, and of all."""
    lines, total = wards.lines(by_ward, ["1", "2", "3"], patterns)
    return [*lines, total]


def test_small_cells_are_withheld_even_where_one_firm_has_many_tools():
    two, none, _more, _all = told(
        {"1": facts([1, 1, 1, 1, 2]), "3": facts(range(10, 20))}, ["flash"]
    )
    assert (two.firms, two.tools, two.percent) == (None, None, None)
    # A 0 of everybody is no secret; lights that others have are.
    assert (two.lights, two.patterns) == ((None, 0, 0, 0), (0,))
    assert (none.firms, none.tools, none.lights) == (0, 0, (0,) * 4)


def test_what_one_firm_lacks_is_not_the_difference():
    rest = facts([4, 4, 4], at_target=False, light="red", patterns=frozenset({"flash"}))
    mixed, _none, _other, total = told({"1": [*facts([1, 2, 3]), *rest]}, ["flash"])
    assert (mixed.firms, mixed.tools, mixed.judged) == (4, 6, 6)
    assert (mixed.at_target, mixed.percent) == (None, None)
    assert (mixed.lights, mixed.patterns) == ((None, 0, None, 0), (None,))
    assert (total.at_target, total.lights) == (None, (None, 0, None, 0))
    clear = told({"1": [*facts([1, 2, 3]), *facts([4, 5, 6], at_target=False)]})[0]
    assert (clear.percent, clear.at_target, clear.lights) == (50, 3, (6, 0, 0, 0))


def test_the_sum_of_all_does_not_tell_on_the_one_ward_that_is_withheld():
    one, two, three, total = told(
        {"1": facts([1, 2, 3, 4]), "2": facts([5, 6]), "3": facts(range(10, 16))}
    )
    assert (total.firms, total.tools) == (12, 12)
    # The smaller of the other two shields it.
    assert (one.firms, two.firms, three.firms) == (None, None, 6)
    assert (one.tools, two.tools, three.tools) == (None, None, 6)
    assert (three.percent, total.percent) == (100, 100)


def test_two_wards_of_one_firm_each_do_not_shield_each_other():
    """A ward without firms is told, so that 2 firms in two untold wards could only be 1 and 1."""
    one, two, three, total = told({"1": facts([1]), "2": facts([2]), "3": facts(range(10, 16))})
    assert (one.firms, two.firms, three.firms, total.firms) == (None, None, None, 8)
    assert (one.tools, two.tools, three.tools, total.tools) == (None, None, None, 8)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("123"),
            st.integers(1, 5),
            st.sampled_from(wards.LIGHTS),
            st.booleans(),
            st.booleans(),
        ),
        max_size=24,
    )
)
def test_no_sum_leaves_one_cell_open(tools):
    by_ward = {"1": [], "2": [], "3": []}
    for ward, firm, light, is_judged, is_good in tools:
        by_ward[ward] += facts(
            [f"{ward}-{firm}"], light=light, is_judged=is_judged, at_target=is_judged and is_good
        )
    *lines, total = told(by_ward)
    rows = [
        (line.firms, line.tools, line.judged, line.at_target, line.stopped, *line.lights)
        for line in [*lines, total]
    ]
    for column in zip(*rows, strict=True):
        assert column.count(None) != 1
    for line in [*lines, total]:
        parts = (line.tools, line.stopped, *line.lights)
        assert parts.count(None) != 1
        assert None in parts or sum(parts) == 2 * line.tools


def test_the_curve_is_the_median_over_firms():
    half, points = Fraction(1, 2), []
    for firm in (1, 2, 3):
        points += [(firm, 1, Fraction(firm, 10)), (firm, 1, Fraction(firm, 10))]
    points += [(1, 2, half), (2, 2, half), (9, 99, half)]
    told = wards.curve(points, weeks=3)
    assert told == (Fraction(1, 5), None, None)
    assert wards.firm_curve([(1, half), (1, Fraction(1)), (3, half)]) == (
        Fraction(3, 4),
        None,
        half,
    )
