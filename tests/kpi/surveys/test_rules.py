"""Sampling, weights, days, the questionnaire's own rule: pure."""

import datetime as dt
from fractions import Fraction

from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from kpi.rules import Weighted
from kpi.surveys.instruments import brought
from kpi.surveys.rules import days, questions, sampling
from kpi.surveys.rules.results import Said, Tally, differ
from kpi.surveys.rules.sampling import Member, Stratum
from kpi.surveys.rules.weights import SIZES, Count, cells, weights
from kpi.surveys.states import CLOSED, WAVE
from programs.diagnosis.rules import checking, path
from programs.diagnosis.rules.definition import built

MOMENT = dt.datetime(2026, 11, 30, 9, tzinfo=dt.UTC)
counts = st.dictionaries(
    st.tuples(st.sampled_from([13107, 13111]), st.sampled_from(SIZES)),
    st.builds(
        lambda answers, more, outside, rest: Count(
            answers + more + outside + rest, answers + more + outside, outside, answers
        ),
        *[st.integers(0, 12)] * 4,
    ),
)


def _share(positive, n):
    return Weighted(Fraction(positive), Fraction(n), Fraction(n), n)


def test_a_stratum_is_drawn_by_its_seed_alone():
    members = [Member(n, Stratum(13107, "D" if n % 3 else "C", "24")) for n in range(60)]
    found = sampling.drawn(sampling.strata(members), share=10, fewest=3, seed=7)
    assert {stratum.size: len(firms) for stratum, firms in found.items()} == {"C": 3, "D": 4}
    only = sampling.strata(m for m in members if m.stratum.size == "D")
    assert sampling.drawn(only, share=10, fewest=3, seed=7) == {
        Stratum(13107, "D", "24"): found[Stratum(13107, "D", "24")]
    }
    assert sampling.drawn(sampling.strata(members), share=10, fewest=3, seed=8) != found
    everybody = sampling.drawn(sampling.strata(members), share=100, fewest=0, seed=7)
    assert sorted(firm for firms in everybody.values() for firm in firms) == list(range(60))


def test_a_size_with_few_answers_goes_to_its_neighbour_and_outside_firms_take_their_share():
    found = cells(
        {
            (13107, "B"): Count(10, 10, 0, 2),
            (13107, "C"): Count(30, 30, 0, 9),
            (13107, "D"): Count(100, 50, 10, 20),
            (13111, "D"): Count(40, 40, 0, 0),
        }
    )
    assert [(cell.ward_id, cell.sizes, cell.population, cell.answers) for cell in found] == [
        (13107, ("B", "C"), 40, 11),
        (13107, ("D",), 80, 20),
        (13111, ("D",), 40, 0),
    ]
    assert weights(found) == {
        (13107, "B"): Fraction(40, 11),
        (13107, "C"): Fraction(40, 11),
        (13107, "D"): Fraction(4),
    }


@given(counts)
def test_weights_add_up_to_the_firms_of_every_ward_with_an_answer(given_counts):
    found = cells(given_counts)
    assert sorted((cell.ward_id, size) for cell in found for size in cell.sizes) == sorted(
        given_counts
    )
    known = weights(found)
    for ward in {ward for ward, _size in given_counts}:
        mine = {place: count for place, count in given_counts.items() if place[0] == ward}
        if any(count.answers for count in mine.values()):
            heads = sum(count.eligible for count in mine.values())
            assert sum(known[place] * count.answers for place, count in mine.items()) == heads
        # One cell, or every cell with enough answers.
        own = [cell for cell in found if cell.ward_id == ward]
        assert len(own) == 1 or min(cell.answers for cell in own) >= 5


def test_a_wave_is_told_by_groups_that_add_up():
    small, large = Stratum(13107, "D", "24"), Stratum(13107, "C", "26")
    other = Stratum(13111, "D", "24")
    said = [Said(n, small, "done" if n < 6 else "none", MOMENT, ("C-1", "C-2")) for n in range(10)]
    said += [Said(20 + n, large, "considering", MOMENT, ("B-1",)) for n in range(5)]
    said += [Said(40, other, "unknown", MOMENT)]
    tally = Tally(
        {small: Count(100, 40, 0, 10), large: Count(10, 10, 0, 5), other: Count(30, 30, 0, 1)}, said
    )
    wards = tally.groups(lambda stratum: stratum.ward_id)
    assert wards[13107].weighted.share == Fraction(100 * 70, 110)
    assert (wards[13107].count.answers, wards[13107].rate) == (15, 30)
    # 「分からない」 is an answer, and no valid one.
    assert (wards[13111].weighted.share, wards[13111].rate) == (None, Fraction(10, 3))
    assert wards[13111].effect is None
    assert wards[13107].effect == Fraction(15 * (10 * 100 + 5 * 4), 110**2)
    whole = tally.whole()
    assert whole.weighted == wards[13107].weighted + wards[13111].weighted
    assert whole.count.population == 140
    assert tally.barriers() == {"A": 0, "B": Fraction(1000, 140), "C": Fraction(10000, 140), "D": 0}
    assert not differ(wards[13107].weighted, wards[13111].weighted)
    # 56/70 against 48/80 (Newcombe's example: 0.0524 to 0.3339), and one that chance may make.
    assert differ(_share(56, 70), _share(48, 80))
    assert differ(_share(48, 80), _share(56, 70))
    assert not differ(_share(50, 70), _share(48, 80))
    assert Tally({}, []).whole().weighted.share is None
    assert Tally({}, []).barriers() == {}


def test_the_questionnaire_holds_together_and_keeps_the_question_of_the_indicator():
    sheet = built(brought())
    assert checking.problems(sheet) == []
    assert questions.problems(sheet) == []
    data = {**brought(), "pages": [dict(page) for page in brought()["pages"]]}
    data["pages"][0] = {**data["pages"][0], "questions": data["pages"][0]["questions"][1:]}
    assert len(questions.problems(built(data))) == 1
    fewer = [dict(one) for one in brought()["pages"][0]["questions"]]
    fewer[0]["options"] = fewer[0]["options"][:3]
    data["pages"][0] = {**data["pages"][0], "questions": fewer}
    assert len(questions.problems(built(data))) == 1
    assert questions.state_of({"state": "need"}) == "none"
    assert questions.state_of({}) == questions.state_of({"state": "x"}) == "unknown"


def test_the_way_follows_the_hearing_list():
    sheet = built(brought())

    def way(**answers):
        return [page.code for page in path.walk(sheet, answers)][3:]

    assert way(view="fine", joint="no") == ["view", "joint"]
    assert way(view="3", trouble=["other"], joint="big") == ["view", "trouble", "joint", "links"]
    assert way(view="3", trouble=["due"], idea=["unsure"], joint="fear") == [
        "view",
        "trouble",
        "idea",
        "unsure",
        "joint",
    ]
    assert way(
        view="3", trouble=["due"], idea=["sheet"], why="unknown", real=["erp"], decide="pay1"
    )[3:] == ["why", "hear", "real", "decide", "pay", "versus", "joint", "links"]
    assert way(view="3", trouble=["due"], idea=["own"], why="lacking", real=["own"])[3:] == [
        "why",
        "basis",
        "real",
        "joint",
        "links",
    ]


def test_reminders_leave_on_two_days_and_none_at_the_end():
    first, last = dt.date(2026, 11, 2), dt.date(2026, 12, 14)

    def due(day):
        return days.reminders_due(first, last, day)

    assert [due(dt.date(2026, 11, day)) for day in (15, 16, 29, 30)] == [0, 1, 1, 2]
    assert due(last) == 0
    assert days.next_reminder(first, last, dt.date(2026, 11, 16)) == dt.date(2026, 11, 30)
    assert days.next_reminder(first, dt.date(2026, 11, 20), dt.date(2026, 11, 16)) is None


def test_a_closed_survey_has_a_word_of_its_own_for_the_translator():
    """「締切」 is also the name of a date field: as a state it is "Closed", not "Deadline"."""
    label = next(state.label for state in WAVE.states if state.code == CLOSED)
    with override("ja"):
        assert str(label) == "締切"
    with override("en"):
        assert str(label) == "Closed"
