"""The ranking: examples an official can follow, and properties that hold for all scores."""

import dataclasses
import random
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsidies.rules.ranking import Outcome, Scored, Terms, decimal, rank
from subsidies.rules.scoring import Scoring, ScoringCriterion

A = ScoringCriterion("a", "新規性", maximum=5, weight=Fraction(10), minimum=Fraction(2))
B = ScoringCriterion("b", "実現性", maximum=5, weight=Fraction(10))
SCORING = Scoring((A, B), minimum_total=Fraction(60))


def terms(budget=10_000_000, **changes):
    return Terms(SCORING, budget, **changes)


def scored(number, a, b, yen=3_000_000, **changes):
    given_ = {"a": Fraction(a), "b": Fraction(b)}
    return Scored(number, number, yen, 10 * given_["a"] + 10 * given_["b"], given_, **changes)


def outcomes(places):
    return {place.id: (place.rank, str(place.outcome), place.amount_yen) for place in places}


def test_down_the_list_until_the_budget_ends_and_nobody_overtakes():
    entries = [scored(1, 5, 5), scored(2, 5, 4), scored(3, 4, 4, 5_000_000), scored(4, 4, 3, 1)]
    assert outcomes(rank(entries, terms())) == {
        1: (1, "selected", 3_000_000),
        2: (2, "selected", 3_000_000),
        3: (3, "waiting", 0),
        4: (4, "waiting", 0),
    }


def test_what_is_left_goes_to_the_next_only_where_the_scheme_says_so():
    entries = [scored(1, 5, 5), scored(2, 5, 4), scored(3, 4, 4, 5_000_000), scored(4, 4, 3, 1)]
    found = rank(entries, terms(partial=True))
    assert outcomes(found)[3] == (3, "selected", 4_000_000)
    assert outcomes(found)[4] == (4, "waiting", 0)
    assert [place.cumulative_yen for place in found][-1] == 10_000_000


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (scored(1, 2, 3), "合計 50 点が最低合計点 60 点"),
        (scored(1, "3/2", 5), "「新規性」1.5 点が最低点 2 点"),
        (scored(1, 5, 5, held="虚偽の疑い"), "虚偽の疑い"),
        (Scored(1, 1, 1, None), "採点がない"),
        (scored(1, 5, 5, 0), "0円"),
    ],
)
def test_who_cannot_be_selected_is_told_why(entry, why):
    (place,) = rank([entry], terms())
    assert (place.rank, place.outcome) == (None, Outcome.NOT_SELECTED)
    assert why in place.reason


def test_bonus_lifts_no_one_over_a_minimum():
    (place,) = rank([scored(1, 3, 2, bonus=20)], terms())
    assert place.outcome == Outcome.NOT_SELECTED


def test_equal_totals_are_told_apart_by_the_published_rule():
    entries = [scored(1, 4, 4), scored(2, 5, 3, bonus=0), scored(3, 3, 5, 1_000_000)]
    order = lambda ties: [place.id for place in rank(entries, terms(ties=ties))]  # noqa: E731
    assert order(()) == [1, 2, 3]
    assert order(("a",)) == [2, 1, 3]
    assert order(("b",)) == [3, 1, 2]
    assert order(("amount",)) == [3, 1, 2]
    lifted = [dataclasses.replace(entry, bonus=entry.id) for entry in entries]
    tie = terms(ties=("bonus",), bonus_counts=False)
    assert [place.id for place in rank(lifted, tie)] == [3, 2, 1]


def test_points_are_read_with_two_places():
    assert [decimal(Fraction(x)) for x in ("82", "165/2", "248/3", "100", "1/200", "0")] == [
        "82",
        "82.5",
        "82.67",
        "100",
        "0.01",
        "0",
    ]


score = st.integers(0, 5)
entries_of = st.lists(
    st.tuples(
        score, score, st.integers(0, 6_000_000), st.integers(0, 10), st.sampled_from(["", "", "疑"])
    ),
    max_size=25,
).map(
    lambda found: [
        scored(number, a, b, yen, bonus=bonus, held=held)
        for number, (a, b, yen, bonus, held) in enumerate(found, 1)
    ]
)
terms_of = st.builds(
    terms,
    st.integers(0, 30_000_000),
    ties=st.sampled_from([(), ("a",), ("bonus", "b"), ("amount",)]),
    partial=st.booleans(),
    bonus_counts=st.booleans(),
)


@given(entries_of, terms_of, st.randoms())
def test_the_order_is_total_and_does_not_depend_on_the_order_of_reading(entries, given_, dice):
    first = rank(entries, given_)
    assert sorted(place.id for place in first) == sorted(entry.id for entry in entries)
    assert [p.rank for p in first if p.rank] == list(
        range(1, sum(p.rank is not None for p in first) + 1)
    )
    dice.shuffle(entries)
    assert rank(entries, given_) == first


@given(entries_of, terms_of)
def test_never_beyond_the_budget_nor_more_than_was_asked_and_nobody_excluded(entries, given_):
    by_id = {entry.id: entry for entry in entries}
    places = rank(entries, given_)
    assert sum(place.amount_yen for place in places) <= given_.budget_yen
    for place in places:
        entry = by_id[place.id]
        assert place.amount_yen <= entry.wanted_yen
        assert (place.amount_yen > 0) is (place.outcome == Outcome.SELECTED)
        if entry.held or entry.total < 60 or entry.by_criterion["a"] < 2:
            assert place.outcome == Outcome.NOT_SELECTED


@given(entries_of.filter(bool), terms_of, st.data())
def test_a_higher_score_never_lowers_a_rank(entries, given_, data):
    chosen = data.draw(st.sampled_from(entries))
    values = {code: min(5, value + 1) for code, value in chosen.by_criterion.items()}
    better = scored(
        chosen.id, values["a"], values["b"], chosen.wanted_yen, bonus=chosen.bonus, held=chosen.held
    )
    place = lambda found: next(  # noqa: E731
        p.rank or 10_000 for p in rank(found, given_) if p.id == chosen.id
    )
    assert place([better if e is chosen else e for e in entries]) <= place(entries)


def test_five_thousand_applications_are_ranked_within_a_second():
    dice = random.Random(1)
    entries = [
        scored(n, Fraction(dice.randint(0, 15), 3), Fraction(dice.randint(0, 15), 3))
        for n in range(5_000)
    ]
    began = time.perf_counter()
    assert len(rank(entries, terms(8_000_000_000, ties=("a", "b")))) == 5_000
    assert time.perf_counter() - began < 1
