"""From firms to a result: who is compared, that nobody stands alone, and that the effect put in comes out."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bench import kpi_effect
from kpi.effect import words
from kpi.effect.rules import beside
from kpi.effect.rules.study import (
    FEWEST,
    Candidate,
    Follower,
    Group,
    Out,
    Unfit,
    Year,
    build,
    two_years,
)
from kpi.effect.services import results
from kpi.rules.ratios import Growth, growth_gap

POINTS = 100 * (2.718281828**kpi_effect.EFFECT - 1)


def year(firm, when, value, *, ward=13107, industry="24", people=8):
    return Year(firm, ward, industry, when, people, value)


@pytest.fixture(scope="module")
def made():
    return kpi_effect.study(firms=1500)


@pytest.fixture(scope="module")
def found(made):
    return results.grants(made).result


def test_effect_comes_out_where_the_plain_gap_misleads(found):
    """Users are drawn from growing industries: the plain gap takes their trend for the support."""
    points, gap = found["points"], found["gap"]
    assert points["low"] < POINTS < points["high"]
    assert found["verdict"]["word"] == "reached"
    assert gap["points"] > POINTS + 2
    assert abs(points["value"] - POINTS) < abs(gap["points"] - POINTS)
    assert found["trend"]["p"] > 0.05


def test_plain_gap_is_the_one_of_the_indicator(made):
    """Floats here, fractions there."""
    users, others = made.users[:60], made.others[:60]
    exact, found = growth_gap(users, others), beside.plain_gap(users, others)
    assert found.points == pytest.approx(float(exact.points))


def test_plain_gap_has_its_interval_and_the_growth_of_firms_that_made_a_loss():
    users = [Growth(100, 100 + n) for n in (10, 20, 30)] + [Growth(0, 50), Growth(-30, 10)]
    others = [Growth(100, 100)] * 3
    found = beside.plain_gap(users, others)
    assert (found.users, found.others, found.without_base) == (3, 3, 2)
    # The pooled 2 and 98 % are 0 and 29: 10, 20, 29 with a standard error of √(90.33 / 3).
    assert found.points == pytest.approx(59 / 3)
    assert found.high - found.points == pytest.approx(1.96 * (90.3333 / 3) ** 0.5, rel=1e-3)
    assert found.median == pytest.approx(20)
    # −30 + 10 is no whole to compare with; from nothing the growth is 200.
    even = [200 * n / (200 + n) for n in (10, 20, 30)]
    assert found.symmetric == pytest.approx((sum(even) + 200) / 4)


def test_scores_tell_the_same_less_sharply(found):
    rdd = found["rdd"]
    assert rdd["points"]["low"] < POINTS < rdd["points"]["high"]
    assert rdd["first"]["value"] > 0.7
    near = rdd["near"]
    assert 0 < near["below"] < rdd["below"]
    assert 0 < near["above"] < rdd["above"]
    # By chance these firms crowd on one side: nothing is claimed from the line then.
    assert rdd["density"] < 0.05
    assert (rdd["verdict"]["word"], rdd["verdict"]["why"]) == ("open", "trend")


def test_weights_take_the_industries_apart(found):
    worst = max(found["balance"], key=lambda row: abs(row["before"]))
    assert abs(worst["before"]) > 0.1
    assert max(abs(row["after"]) for row in found["balance"]) < 0.1


def test_no_firm_stands_alone_in_what_is_handed_out(made):
    firms = {row.unit: (row.cohort, row.covariates) for row in made.open_panel.rows}
    assert min(Counter(firms.values()).values()) >= FEWEST


def test_without_effect_and_with_few_firms_nothing_is_claimed():
    result = results.grants(kpi_effect.study(firms=600, effect=0.0, noise=0.4)).result
    assert (result["verdict"]["word"], result["verdict"]["why"]) == ("open", "wide")
    assert result["verdict"]["more"] > 0
    assert result["points"]["low"] < 0 < 5 < result["points"]["high"]


def test_every_firm_is_in_one_place_and_the_reason_is_told():
    candidates = [
        Candidate(1, Group.USERS, 2024),
        *(Candidate(n, Group.USERS, 2023) for n in (2, 3, 4)),
        Candidate(5, Group.USERS, 2030),
        Candidate(6, Group.USERS, 2023),
        Candidate(7, Group.NEVER),
        Candidate(8, Group.NEVER),
        Candidate(9, Group.REJECTED, out=Out.NO_CONSENT),
        *(Candidate(n, Group.NEVER) for n in (10, 11, 12)),
    ]
    years = [
        year(n, when, 1_000 * n) for n in (1, 2, 3, 4, 5, 10, 11, 12) for when in range(2020, 2026)
    ]
    years += [
        year(6, 2023, 5),
        year(6, 2024, 6),
        year(7, 2023, 5),
        year(8, 2022, -5),
        year(8, 2023, 9),
    ]
    flow = build(candidates, years).flow
    assert flow == {
        (Group.USERS, Out.FEW): 1,
        (Group.USERS, None): 3,
        (Group.WAITING, None): 1,
        (Group.USERS, Out.NO_BEFORE): 1,
        (Group.NEVER, Out.NO_YEARS): 1,
        (Group.NEVER, Out.LOSS): 1,
        (Group.REJECTED, Out.NO_CONSENT): 1,
        (Group.NEVER, None): 3,
    }
    assert sum(flow.values()) == len(candidates)


def test_nothing_to_compare_says_where_the_firms_went():
    with pytest.raises(Unfit) as unfit:
        build([Candidate(1, Group.NEVER)], [])
    assert (unfit.value.code, unfit.value.flow) == ("no_rows", {(Group.NEVER, Out.NO_YEARS): 1})


def side(first, is_user, before, after, n=40):
    return [Follower(first + at, is_user, "5", at < before, at < after) for at in range(n)]


def test_two_years_of_followers():
    rows = [*side(0, True, 4, 24), *side(100, False, 4, 8)]
    result = results.followed(results.Question.DOJO, rows).result
    # 20 of 40 more, against 4 of 40 more.
    assert result["points"]["value"] == pytest.approx(40)
    assert result["verdict"]["word"] == "reached"
    assert two_years(rows).treated == 40
    nobody = results.followed(results.Question.LAB, [])
    assert nobody.result["verdict"] == {
        "word": "open",
        "why": "no_data",
        "more": None,
        "years": None,
    }
    assert nobody.result["code"] == "no_rows"


def test_sides_that_began_apart_are_no_comparison_though_their_change_differs():
    rows = [*side(0, True, 20, 24, n=60), *side(100, False, 34, 24, n=60)]
    result = results.followed(results.Question.LAB, rows).result
    assert result["points"]["low"] > 0
    assert (result["verdict"]["word"], result["verdict"]["why"]) == ("open", "apart")
    assert "もともと違い" in words.headline("lab", result)
    assert "もう1年前からの申請" in words.needed(result)
    (line,) = [line for line in result["balance"] if line["name"] == "before"]
    assert (line["treated"], line["others"]) == (pytest.approx(1 / 3), pytest.approx(34 / 60))
    assert line["after"] == line["before"] < -0.1
    assert words.column("before") == "前の1年に申請"


@given(some.lists(some.booleans(), min_size=1), some.lists(some.booleans(), min_size=1))
def test_equal_shares_are_alike_and_the_order_of_the_sides_tells_nothing(ours, theirs):
    assert beside.same_level(ours, ours) == 1
    assert beside.same_level(ours, theirs) == pytest.approx(beside.same_level(theirs, ours))
    assert 0 <= beside.same_level(ours, theirs) <= 1
