"""支援ナビ never recommends what an application would refuse, and leaves nothing out without a reason."""

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.navi.rules import answering, fitting
from portal.navi.rules.answering import Answers, NotAnAnswer, OwnProblems
from portal.navi.rules.guide import MANY, NUMBER, OWN, WARD, guide
from programs.wards import WARDS
from subsidies.rules import eligibility
from subsidies.rules.history import History, Past
from subsidies.rules.scheme import Criterion, SchemeRules
from subsidies.schemes.definitions import common_questions, scheme_definitions

NAMES = {ward.code: ward.name for ward in WARDS}
SCHEMES = [(row, SchemeRules.parse(row.rules)) for row in scheme_definitions(NAMES)]
BY_WARD = {code: [pair for pair in SCHEMES if pair[0].ward == code] for code in NAMES}


def said_to(criterion, rng):
    """An answer of that kind as people type it, or none."""
    match criterion.kind:
        case "yes_no":
            return rng.choice(("yes", "no", ""))
        case "choice":
            return rng.choice([code for code, _label in criterion.choices])
        case "yen":
            return rng.choice(("0", "10000000", "300000001", ""))
        case _:
            return rng.choice(("0", "1", "4", "50", "67", ""))


def random_answers(rng, ward):
    """Every question answered by chance."""
    found = {}
    for question in guide().questions:
        if question.kind == WARD:
            found[question.code] = str(ward)
        elif question.kind == NUMBER:
            found[question.code] = str(rng.choice((0, 5, 18, 300, 301, 900)))
        elif question.kind == MANY:
            alone = [one.code for one in question.options if one.alone]
            others = [one.code for one in question.options if not one.alone]
            few = rng.sample(others, rng.choice((0, 0, 1, 2)))
            found[question.code] = few or alone or others[:1]
        elif question.kind != OWN:
            found[question.code] = rng.choice([one.code for one in question.options])
    return Answers(found)


@settings(deadline=None, max_examples=150, derandomize=True)
@given(st.integers(0, 2**32), st.sampled_from(sorted(NAMES)), st.booleans())
def test_what_is_recommended_passes_and_what_passes_is_named(seed, ward, is_firm):
    rng = random.Random(seed)
    answers, wording = random_answers(rng, ward), common_questions(NAMES[ward])
    schemes = BY_WARD[ward]
    facts = {}
    if is_firm:
        past = Past(ward, schemes[0][0].code, "前の補助金", 2025, "settled", dt.date(2025, 9, 1))
        facts["history"] = History(ward, schemes[0][0].code, 2026, dt.date(2026, 11, 30), (past,))
    said = fitting.told(answers, wording)
    own = fitting.still_to_ask(fitting.verdict(rules, said, facts) for _row, rules in schemes)
    answers = answers.with_own({answering.key_of(one): said_to(one, rng) for one in own})
    said = fitting.all_told(answers, wording, [one for _row, r in schemes for one in r.criteria])
    for row, rules in schemes:
        verdict = fitting.verdict(rules, said, facts)
        # What an application with these answers to the scheme's own questions is told.
        typed = {one.code: said.get(one.question, "") for one in rules.criteria}
        application = eligibility.judge(rules, typed, facts)
        assert verdict.state == application.state, row.name
        lacking = (*verdict.refusals, *fitting.open_questions(verdict))
        assert bool(lacking) != application.is_eligible, row.name
        # Nothing is said to a question that the ward words in its own way.
        for criterion in rules.criteria:
            if criterion.question not in wording.values() and criterion.code in wording:
                assert criterion.question not in fitting.told(answers, wording)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.integers(0, 2**32))
def test_every_kind_of_support_fits_now_or_says_what_is_missing(seed):
    answers = random_answers(random.Random(seed), 13107)
    for measure in guide().measures:
        fit = fitting.fit(measure.code, answers)
        assert fit.is_now != bool(fit.missing)
        assert fit.score >= measure.base
        asked = [c for c in measure.asks if c.any.isdisjoint(answers.codes(c.question))]
        assert set(fit.missing) >= {str(one.words) for one in asked}


def test_an_oath_is_judged_but_never_carried_into_an_application():
    answers, wording = random_answers(random.Random(1), 13107), common_questions("墨田区")
    answers = answers.with_answer("checks", ["none"])
    assert fitting.told(answers, wording)[wording["pledge"]] == "yes"
    carried = fitting.told(answers, wording, carried=True)
    assert wording["pledge"] not in carried
    assert carried[wording["arrears"]] == "no"
    # A large company among the owners: the ward asks how much it holds.
    owned = fitting.told(answers.with_answer("checks", ["parent"]), wording)
    assert wording["parent_single"] not in owned
    assert wording["parent_several"] not in owned


def test_the_guide_speaks_of_answers_that_exist():
    questions = {one.code: one for one in guide().questions}
    assert 5 <= len(questions) <= 8
    common = common_questions("墨田区")
    for one in guide().criteria:
        assert one.code in common
        assert not one.option or questions[one.question].option(one.option)
    for measure in guide().measures:
        for clause in (*measure.fits, *measure.asks):
            assert all(questions[clause.question].option(code) for code in clause.any)
    for question in questions.values():
        assert question.words.en
        assert all(one.words.en for one in question.options)


@pytest.mark.parametrize(
    ("code", "typed", "told"),
    [
        ("ward", [], "1つ選んでください"),
        ("ward", ["13199"], "選択肢から1つ選んでください"),
        ("ward", ["２３区"], "選択肢から1つ選んでください"),
        ("size", ["  "], "人数を数字で入力してください"),
        ("size", ["十八人"], "0以上の整数を数字で入力してください"),
        ("size", ["-3"], "0以上の整数を数字で入力してください"),
        ("size", ["1000000"], "人数が多すぎます"),
        ("trouble", [], "1つ以上選んでください"),
        ("trouble", ["paper", "🔩"], "選択肢から選んでください"),
        ("checks", ["arrears", "none"], "「どれにも当てはまらない」と、ほかの項目の両方"),
        ("by", ['"'], "選択肢から1つ選んでください"),
    ],
)
def test_bad_answers_are_refused_in_words(code, typed, told):
    with pytest.raises(NotAnAnswer, match=told):
        answering.read(guide().question(code), typed)


def test_typed_numbers_are_read_as_people_type_them():
    assert answering.read(guide().question("size"), ["１８人"]) == "18"
    years = Criterion("years", "満何年になりますか。", "number", "at_least", 1)
    with pytest.raises(OwnProblems) as told:
        answering.read_own([years], {answering.key_of(years): "たくさん"})
    assert list(told.value.problems) == [answering.key_of(years)]
    assert answering.read_own([years], {}) == {answering.key_of(years): ""}


@pytest.mark.parametrize(
    "stored", [None, [], "x", {"given": 3}, {"given": {"ward": 9, "size": [], "gone": "1"}}]
)
def test_a_state_that_no_longer_fits_leaves_no_answers(stored):
    assert answering.kept(stored) == Answers()
