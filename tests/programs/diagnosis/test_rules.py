"""Pure rules: what holds for every questionnaire and every answer; golden cases an official can read."""

import csv
import tomllib
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.diagnosis import drawing
from programs.diagnosis.barriers import NAMES
from programs.diagnosis.instruments import ORDER, brought
from programs.diagnosis.risks import risks
from programs.diagnosis.rules import checking, figures, path, scoring
from programs.diagnosis.rules.carrying import carried
from programs.diagnosis.rules.definition import END, MANY, ONE, Unreadable, built
from programs.diagnosis.rules.position import FEWEST_PEERS, position
from programs.diagnosis.rules.steps import NEEDS, STEPS, next_steps, wanted
from programs.diagnosis.rules.toml import written

SHEETS = {code: built(brought(code)) for code in ORDER}
GOLDEN = Path(__file__).parent / "golden"


@st.composite
def answered(draw, sheet):
    """Any answers: some left out, some of other questionnaires, some nonsense."""
    answers = {}
    for question in sheet.questions():
        codes = [option.code for option in question.options] + ["?"]
        if question.kind == MANY:
            answers[question.code] = draw(st.lists(st.sampled_from(codes), max_size=4))
        elif question.kind == ONE:
            answers[question.code] = draw(st.sampled_from([*codes, ""]))
        else:
            answers[question.code] = draw(
                st.sampled_from(["", "0", "1,200", "-5", "多い", "３００"])
            )
    return answers


cases = st.sampled_from(ORDER).flatmap(
    lambda code: st.tuples(st.just(code), answered(SHEETS[code]))
)


@pytest.mark.parametrize("code", ORDER)
def test_what_the_portal_brings_along_holds_together(code):
    sheet = SHEETS[code]
    assert sheet.code == code
    assert [str(found) for found in checking.problems(sheet)] == []
    told = {barrier for q in sheet.questions() for o in q.options for barrier in o.barriers}
    assert told <= NAMES.keys()
    assert {need for axis in sheet.axes for need in axis.needs} <= set(NEEDS)
    assert all(words.ja and words.en for words in (sheet.name, sheet.purpose))


def test_every_barrier_of_the_survey_can_come_out():
    sheet = SHEETS["hearing"]
    told = {barrier for q in sheet.questions() for o in q.options for barrier in o.barriers}
    assert told == NAMES.keys()


@given(cases)
def test_a_way_ends_and_points_stay_within_their_bounds(case):
    code, answers = case
    sheet = SHEETS[code]
    way = path.walk(sheet, answers)
    assert 1 <= len(way) <= len(sheet.pages)
    assert len({page.code for page in way}) == len(way)
    result = scoring.scored(sheet, answers)
    values = [score.value for score in result.scores if score.value is not None]
    assert all(0 <= value <= 100 for value in values)
    if result.total is not None:
        assert min(values) <= result.total <= max(values) + 1
    on_way = {question.code for page in way for question in page.questions}
    assert {line.question for line in result.lines} <= on_way
    assert {problem.question for problem in path.problems(sheet, answers)} <= on_way


@given(cases, st.data())
def test_a_better_answer_never_costs_points(case, data):
    code, answers = case
    sheet = SHEETS[code]
    scored = [q for q in sheet.questions() if q.axis and q.kind == ONE]
    if not scored:
        return
    question = data.draw(st.sampled_from(scored))
    best = max(question.options, key=lambda option: option.points)
    before = scoring.scored(sheet, answers)
    after = scoring.scored(sheet, answers | {question.code: best.code})
    assert (after.total or 0) >= (before.total or 0)
    assert (after.score(question.axis) or 0) >= (before.score(question.axis) or 0)


@given(cases)
def test_under_the_same_questions_every_answer_fits(case):
    code, answers = case
    sheet = SHEETS[code]
    found = carried(answers, sheet, sheet)
    assert found.kept | found.aside == {k: v for k, v in answers.items() if v not in ("", [])}
    assert all(
        "?" in (given if isinstance(given, list) else [given]) for given in found.aside.values()
    )


@given(st.sampled_from(ORDER))
def test_a_questionnaire_as_text_reads_as_the_same(code):
    assert tomllib.loads(written(brought(code))) == brought(code)


def changed(code, change):
    data = deepcopy(brought(code))
    change(data)
    return [str(found) for found in checking.problems(built(data))]


def test_a_circular_branch_is_named_with_its_pages():
    def back(data):
        data["pages"][3]["next"] = "trouble"

    assert data_codes("hearing")[3] == "why"
    (told,) = changed("hearing", back)
    assert "trouble → idea → why → trouble" in told


def data_codes(code):
    return [page["code"] for page in brought(code)["pages"]]


@pytest.mark.parametrize(
    ("code", "change", "word"),
    [
        ("phase", lambda d: d["pages"][0].update(next="nowhere"), "nowhere"),
        ("phase", lambda d: d["pages"][0].update(next="value"), "paper"),
        ("phase", lambda d: d["pages"][1].update(code="grasp"), "2回"),
        ("phase", lambda d: d["axes"].append({**d["axes"][0], "code": "new"}), "new"),
        ("sins", lambda d: d["pages"][0]["questions"][0].update(axis="none"), "none"),
        ("sins", lambda d: d["pages"][0]["questions"][0].update(kind="guess"), "guess"),
        ("hearing", lambda d: d["pages"][0]["branches"][0].update(chosen=["x"]), "選択肢"),
        ("hearing", lambda d: d["pages"][0]["branches"][0].update(question="idea"), "分岐"),
        ("sins", lambda d: d.update(pages=[]), "画面"),
    ],
)
def test_what_does_not_hold_together_is_said(code, change, word):
    assert any(word in told for told in changed(code, change))


@pytest.mark.parametrize("change", [lambda d: d.pop("name"), lambda d: d.update(pages="x")])
def test_what_is_no_questionnaire_is_unreadable(change):
    data = deepcopy(brought("sins"))
    change(data)
    with pytest.raises(Unreadable):
        built(data)


def golden(name):
    with (GOLDEN / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", golden("scores.csv"), ids=lambda case: case["例"])
def test_golden_scores(case):
    sheet = SHEETS[case["診断"]]
    answers = dict(pair.split("=") for pair in case["答え"].split())
    answers = {
        question.code: answers.get(question.code, answers.get("*", ""))
        for question in sheet.questions()
    }
    result = scoring.scored(sheet, answers)
    assert [str(score.value) for score in result.scores] == case["軸の点"].split()
    assert (str(result.total), result.level) == (case["全体"], case["段階"])


@pytest.mark.parametrize("case", golden("productivity.csv"), ids=lambda case: case["例"])
def test_golden_productivity(case):
    sheet = SHEETS["productivity"]
    names = {
        "営業利益": "profit",
        "労務費": "labour",
        "人件費": "salaries",
        "減価償却費": "depreciation",
    }
    names |= {"従業員": "people", "総労働時間": "hours"}
    found = figures.productivity(sheet, {code: case[name] for name, code in names.items()})
    told = [(one.letter, str(one.per_person), str(one.per_hour)) for one in found]
    assert told == [(letter, *case[letter].split()) for letter in "ABC" if case[letter]]


def test_savings_are_ranges_that_add_up():
    answers = {"hourly": "2,500", "sales_stage": "1", "sales_hours": "40"}
    answers |= {"stock_stage": "5", "stock_hours": "10", "cost_stage": "2", "cost_hours": "１０"}
    found = figures.savings(SHEETS["business"], answers)
    assert [row.area for row in found.rows] == ["sales", "stock", "cost"]
    assert found.hours == (96 + 0 + 18, 144 + 0 + 30)
    assert found.yen == (114 * 2500, 174 * 2500)


points = st.lists(st.integers(0, 100), max_size=60)


@given(st.integers(0, 100), points, points)
def test_a_position_is_among_ten_firms_or_there_is_none(own, alike, others):
    found = position(own, [("alike", alike), ("size", alike + others)])
    if found is None:
        assert len(alike + others) < FEWEST_PEERS
        return
    assert found.firms >= FEWEST_PEERS
    assert (found.circle == "alike") == (len(alike) >= FEWEST_PEERS)
    assert sum(band.is_own for band in found.bands) == 1
    told = [band.firms for band in found.bands]
    assert not {1, 2} & set(told)
    # One untold band alone would follow from the number of firms.
    assert told.count(None) != 1


kinds = st.lists(st.sampled_from(NEEDS), max_size=8)
weak = st.lists(st.tuples(st.text("abc", max_size=2), st.lists(st.sampled_from(NEEDS))), max_size=5)


@given(weak, kinds)
def test_three_steps_of_what_there_is(reasons, offered):
    order = wanted(reasons)
    steps = next_steps(order, offered)
    told = [step.offer for step in steps]
    assert len(set(told)) == len(told) <= STEPS
    wishes = {wish.need for wish in order}
    assert len(steps) == min(STEPS, sum(kind in wishes for kind in offered))
    # Different kinds before a second one of the same.
    assert len({offered[at] for at in told}) == min(len(steps), len(wishes & set(offered)))


def test_the_weakest_sides_best_help_comes_first():
    order = wanted([("weakest", ("course", "advice")), ("next", ("money",))])
    assert [(one.need, one.reason) for one in order[:3]] == [
        ("course", "weakest"),
        ("money", "next"),
        ("advice", "weakest"),
    ]


@given(st.lists(st.integers(0, 100), min_size=3, max_size=9))
def test_the_radar_stays_in_its_box(values):
    drawn = drawing.radar(values)
    assert drawn is not None
    assert all(0 <= x <= drawing.SIZE and 0 <= y <= drawing.SIZE for x, y in drawn.dots)


def test_pictures_for_few_and_levels():
    assert drawing.radar([1, 2]) is None
    assert [rung.is_reached for rung in drawing.ladder(4, 1).rungs] == [True, True, False, False]


def test_risks_have_measures_with_codes_of_their_own():
    codes = [one.code for risk in risks() for one in risk.measures]
    assert len(risks()) == 7
    assert len(set(codes)) == len(codes) >= 14


def test_a_first_page_may_be_the_last():
    data = deepcopy(brought("sins"))
    data["pages"][0]["next"] = END
    told = [str(found) for found in checking.problems(built(data))]
    assert len(told) == 2
    assert all("着きません" in one for one in told)
