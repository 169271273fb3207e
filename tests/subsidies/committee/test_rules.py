"""The pure rules of the review: fair loads, no excluded member, nothing told in a blind dossier."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsidies.committee.rules import blind, conflict, romaji, statistics
from subsidies.committee.rules.assignment import assign
from subsidies.committee.rules.statistics import Given
from subsidies.rules.scoring import Scoring, ScoringCriterion, parse_scoring

cases = st.integers(1, 25)
members = st.integers(1, 8)


@given(cases, members, st.integers(1, 5), st.integers(0, 9))
def test_without_exclusions_loads_differ_by_one_at_most(many, few, per_case, seed):
    plan = assign(range(many), range(few), per_case=per_case, excluded={}, seed=seed)
    loads = plan.loads(range(few)).values()
    assert max(loads) - min(loads) <= 1
    assert all(len(chosen) == min(per_case, few) for chosen in plan.chosen.values())
    assert set(plan.short) == (set(range(many)) if few < per_case else set())


@given(st.data(), cases, members, st.integers(1, 4))
def test_an_excluded_member_is_never_chosen_and_no_handover_is_left(data, many, few, per_case):
    excluded = {
        case: data.draw(st.sets(st.integers(0, few - 1), max_size=few)) for case in range(many)
    }
    plan = assign(range(many), range(few), per_case=per_case, excluded=excluded)
    loads = plan.loads(range(few))
    for case, chosen in plan.chosen.items():
        assert not chosen & excluded[case]
        assert len(chosen) == min(per_case, few - len(excluded[case]))
        for giver in chosen:
            for taker in set(range(few)) - excluded[case] - chosen:
                assert loads[giver] - loads[taker] <= 1


def test_those_put_there_by_hand_stay_and_count():
    plan = assign([1, 2], [7, 8, 9], per_case=1, excluded={}, fixed={1: [9]})
    assert plan.chosen[1] == {9}
    assert plan.chosen[2] != {9}


def test_the_draw_can_be_repeated_and_depends_on_its_seed():
    def drawn(seed):
        return assign(range(20), range(6), per_case=3, excluded={}, seed=seed).chosen

    assert drawn(4) == drawn(4)
    assert drawn(4) != drawn(5)


def codes(applicant, reviewer):
    return [found.code for found in conflict.conflicts(applicant, reviewer)]


def test_what_the_portal_knows_of_a_conflict():
    applicant = conflict.Applicant(
        firm=1,
        people=frozenset({10}),
        vendors=frozenset({"試験ソフト"}),
        mail_domains=frozenset({"vendor.co.jp"}),
        evaluators=frozenset({13}),
    )
    assert codes(applicant, conflict.Reviewer(10, "a@gmail.com")) == ["same_firm"]
    assert codes(applicant, conflict.Reviewer(11, "a@vendor.co.jp")) == ["mail_domain"]
    assert codes(applicant, conflict.Reviewer(12, "", frozenset({"試験ソフト"}))) == ["vendor"]
    assert codes(applicant, conflict.Reviewer(13, "")) == ["evaluator"]
    assert codes(applicant, conflict.Reviewer(14, "", frozenset(), frozenset({1}))) == ["declared"]
    assert codes(applicant, conflict.Reviewer(15, "b@gmail.com")) == []


def test_a_common_mail_provider_tells_nothing():
    assert conflict.domains_in(["連絡先 a@gmail.com、b@Maker.co.jp", 3, None]) == {"maker.co.jp"}


@pytest.mark.parametrize(
    "text",
    [
        "当社（大森精機）は切削を行う。",
        "大 森 精 機の工場",
        "ＯＭＯＲＩ Seikiの機械",
        "担当は大森　健です",
        "電話は03-1234-5678、控えは090-1234-5678",
        "問合せは info@omori.example まで",
    ],
)
def test_nothing_known_of_the_firm_is_left(text):
    struck = blind.redacted(text, ["大森精機", "Omori Seiki", "大森健"])
    assert blind.MARK in struck
    for told in ("大森", "大 森", "OMORI", "ＯＭＯＲＩ", "1234", "@"):
        assert told not in struck


@pytest.mark.parametrize(
    ("kana", "text"),
    [
        ("オオモリセイキ", "Ohmori Seikiの機械"),
        ("オオモリセイキ", "ŌMORI-SEIKI Co., Ltd."),
        ("カブシキガイシャ オオモリセイキ", "（Omori Precision）"),
        ("トウキョウデンキ", "Tokyo Denki Kogyo"),
        ("シンジュウコウギョウ", "SHINJUH KOGYO"),
        ("マッチャヤ", "Matchaya"),
        ("ファイバーテック", "Faibaatekku"),
        ("", "OMORI SEIKIのサイト https://www.omori-seiki.co.jp/"),
        ("", "omoriseiki"),
    ],
)
def test_the_name_in_latin_letters_goes_too(kana, text):
    patterns = blind.latin_names(kana, "https://www.omori-seiki.co.jp/", "shop@gmail.com")
    assert blind.MARK in blind.redacted(text, patterns)


def test_kana_is_the_same_in_both_scripts_and_short_names_strike_no_word():
    assert blind.redacted("オオモリ せいき製", ["おおもりセイキ"]) == f"{blind.MARK}製"
    text = "AIとgmailとpress、Tomoriseikiの加工"
    patterns = blind.latin_names("アイセイキ", "info@gmail.com", "https://ai.example/")
    assert blind.redacted(text, [*patterns, *blind.latin_names("オモリセイキ")]) == text
    assert romaji.pattern_of("大森") is None


def test_a_text_that_names_nobody_is_untouched():
    text = "直径０．１ｍｍの穴あけで、月に①14本折れる。2026-11-21"
    assert blind.redacted(text, ["大森精機", "森"]) == text


def sheet(case, member, total):
    return Given(case, member, {"a": int(total)}, Fraction(total))


def test_averages_spread_and_outliers():
    sheets = [sheet(1, 1, 80), sheet(1, 2, 78), sheet(1, 3, 40)]
    found = statistics.averages(sheets)[1]
    assert found.total == 66
    assert found.spread == 40
    assert found.by_criterion == {"a": 66}
    # From the others' average: 80 is 21 away, 78 is 18, 40 is 39. The limit is a fifth of the points.
    assert statistics.outliers(sheets, points=Fraction(100)) == {(1, 1), (1, 3)}
    assert statistics.outliers(sheets, points=Fraction(180)) == {(1, 3)}


def test_a_strict_reviewer_is_moved_to_the_common_mean_and_nothing_else_changes():
    sheets = [sheet(1, 1, 90), sheet(2, 1, 80), sheet(1, 2, 50), sheet(2, 2, 40)]
    found = statistics.normalised(sheets)
    assert found[1] > found[2]
    assert statistics.mean(list(found.values())) == 65


@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.integers(1, 4), st.integers(0, 100)),
        min_size=1,
        unique_by=lambda row: row[:2],
    )
)
def test_equally_strict_reviewers_are_left_as_they_are(rows):
    sheets = [sheet(*row) for row in rows]
    averages = statistics.averages(sheets)
    for found in averages.values():
        assert found.lowest <= found.total <= found.highest
    if len({member for _, member, _ in rows}) == 1:
        moved = statistics.normalised(sheets)
        assert all(abs(moved[case] - averages[case].total) < Fraction(1, 100) for case in moved)


SHEET = Scoring(
    (
        ScoringCriterion("new", "新規性", 5, Fraction(5)),
        ScoringCriterion("plan", "実現性", 10, Fraction(3, 2), minimum=Fraction(6)),
    ),
    minimum_total=Fraction(24),
)


def test_points_are_exact():
    assert SHEET.points == 40
    assert SHEET.total({"new": 3, "plan": 7}) == Fraction(51, 2)
    assert [item.code for item in SHEET.missing({"new": 0})] == ["plan"]
    assert [item.code for item in SHEET.outside({"new": 6, "plan": -1})] == ["new", "plan"]


def test_a_sheet_is_read_from_the_rules():
    data = {
        "criteria": [
            {"code": "new", "name": "新規性", "weight": 5},
            {"code": "plan", "name": "実現性", "max": 10, "weight": "3/2", "minimum": 6},
        ],
        "minimum_total": 24,
    }
    assert parse_scoring(data) == (SHEET, [])
    assert parse_scoring(None) == (None, [])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"criteria": []}, "1つ以上"),
        ([], "一覧"),
        ({"criteria": [{"code": "a"}]}, "名前"),
        ({"criteria": [{"code": "a", "name": "A"}, {"code": "a", "name": "B"}]}, "2つ"),
        ({"criteria": [{"code": "a", "name": "A", "max": 0}]}, "最高点"),
        ({"criteria": [{"code": "a", "name": "A", "max": 2.5}]}, "整数"),
        ({"criteria": [{"code": "a", "name": "A", "weight": 0.5}]}, "3/2"),
        ({"criteria": [{"code": "a", "name": "A", "weight": 0}]}, "重み"),
        ({"criteria": [{"code": "a", "name": "A", "minimum": 9}]}, "最低点"),
        ({"criteria": [{"code": "a", "name": "A"}], "minimum_total": 99}, "最低合計点"),
    ],
)
def test_a_wrong_sheet_is_refused_in_words(data, words):
    _sheet, problems = parse_scoring(data)
    assert any(words in problem for problem in problems), problems


@pytest.mark.parametrize("number", ["03-1234-5678", "0312345678", "０９０１２３４５６７８"])
def test_a_telephone_number_is_struck_out_however_it_is_written(number):
    assert number not in blind.redacted(f"連絡は{number}まで", [])
    assert blind.MARK in blind.redacted(f"連絡は{number}まで", [])


def test_amounts_and_corporate_numbers_of_others_stay():
    for text in ("1,200,000,000円", "10200000000", "9010601000000"):
        assert blind.redacted(text, []) == text
