"""The estimators against published figures (kpi_matching.md 1d), and what the rules make of them."""

import ast
import csv
import random
from pathlib import Path

import pytest

from kpi.effect.rules import beside, cutoff, staggered
from kpi.effect.rules.panel import Columns, Observation, checked, read
from kpi.effect.rules.staggered import Estimate
from kpi.effect.rules.verdict import Points, Why, Word, growth_points, judge, judge_line

DATA = Path(__file__).parent / "data"
CLOSE = 1e-4


def rows_of(name):
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def mpdta(*covariates):
    rows = rows_of("mpdta.csv")
    return read(rows, Columns("county", "year", "first_treat", "lemp", covariates), rows[0])


@pytest.mark.parametrize(
    ("control", "covariates", "method", "published"),
    [
        ("never", (), "dr", (-0.0400, -0.0310, -0.0772, -0.0417, 0.0120)),
        ("not_yet", (), "dr", (-0.0398, -0.0305, -0.0774, -0.0443, 0.0121)),
        ("never", ("lpop",), "dr", (-0.0418, None, None, None, 0.0115)),
        ("not_yet", ("lpop",), "dr", (-0.0414, None, None, None, 0.0114)),
        ("never", ("lpop",), "reg", (-0.0420, None, None, None, None)),
    ],
)
def test_minimum_wage_panel_gives_the_published_figures(control, covariates, method, published):
    found = staggered.estimate(mpdta(*covariates), control=control, method=method)
    told = [
        found.simple.value,
        found.group.value,
        found.dynamic.value,
        found.calendar.value,
        found.simple.error,
    ]
    for value, expected in zip(told, published, strict=True):
        assert expected is None or value == pytest.approx(expected, abs=CLOSE)


def test_cells_and_the_test_of_trends_before_are_those_of_the_paper():
    found = staggered.estimate(mpdta(), control="never")
    cells = {(cell.cohort, cell.time): cell.estimate.value for cell in found.cells}
    assert cells[2004, 2006] == pytest.approx(-0.1373, abs=CLOSE)
    assert cells[2007, 2007] == pytest.approx(-0.0261, abs=CLOSE)
    # R did 2.1 prints "P-value for pre-test of parallel trends assumption: 0.16812".
    assert found.trend.p == pytest.approx(0.16812, abs=CLOSE)
    assert (found.units, found.treated, found.never, found.warnings) == (500, 191, 309, ())


def test_training_grants_give_the_published_fixed_effects():
    rows = [row for row in rows_of("jobtraining.csv") if row["lscrap"]]
    found = beside.fixed_effects(
        [row["fcode"] for row in rows],
        [int(row["year"]) for row in rows],
        [float(row["lscrap"]) for row in rows],
        {name: [float(row[name]) for row in rows] for name in ("grant", "grant_1")},
    )
    assert len(rows) == 162
    assert found["grant"].value == pytest.approx(-0.2523, abs=CLOSE)
    assert found["grant"].error == pytest.approx(0.1506, abs=CLOSE)
    assert found["grant_1"].value == pytest.approx(-0.4216, abs=CLOSE)
    assert found["grant_1"].error == pytest.approx(0.2102, abs=CLOSE)


def test_weights_make_the_groups_alike():
    (row,) = beside.balance(mpdta("lpop"))
    assert abs(row.before) > 0.25 > 10 * abs(row.after)


def test_jump_at_the_line_is_found_and_a_line_that_decides_nothing_is_told():
    chance = random.Random(1)
    scored, blind = [], []
    for _n in range(600):
        distance = chance.gauss(0, 10)
        granted = chance.random() < (0.9 if distance >= 0 else 0.1)
        outcome = 0.002 * distance + 0.10 * granted + chance.gauss(0, 0.05)
        scored.append(cutoff.Scored(distance, outcome, granted))
        blind.append(cutoff.Scored(distance, outcome, chance.random() < 0.5))
    found = cutoff.jump(scored)
    assert found.estimate.low < 0.10 < found.estimate.high
    assert found.first.value == pytest.approx(0.8, abs=0.1)
    assert found.density > 0.05
    assert sum(one.n for one in found.bins) == 600
    assert (cutoff.jump(blind).estimate, cutoff.jump(blind).why) == (None, "weak")
    assert cutoff.jump(scored[:30]).why == "few"


def test_two_way_fixed_effects_miss_where_effects_grow():
    """The reason why they are a diagnostic: early cohorts serve late ones as controls."""
    rows = [
        Observation(f"{unit}", year, cohort, 0.1 * max(0, year - cohort + 1) if cohort else 0.0)
        for unit, cohort in [(f"a{n}", 2) for n in range(30)] + [(f"b{n}", 5) for n in range(30)]
        for year in range(1, 7)
    ]
    rows = [
        Observation(row.unit, row.time, row.cohort, row.outcome + 0.001 * (hash(i) % 7))
        for i, row in enumerate(rows)
    ]
    found = staggered.estimate(checked(rows), control="not_yet")
    early = next(one for cohort, one, _n in found.cohorts if cohort == 2)
    assert early.value == pytest.approx(0.2, abs=0.01)
    assert beside.two_way(checked(rows)).value < 0.15


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (5.0, 9.0, Word.REACHED),
        (5.1, 9.0, Word.REACHED),
        (4.9, 9.0, Word.OPEN),
        (-1.0, 8.0, Word.OPEN),
        (1.0, 5.0, Word.OPEN),
        (1.0, 4.9, Word.MISSED),
        (-9.0, -1.0, Word.MISSED),
    ],
)
def test_verdict_follows_from_the_whole_interval(low, high, word):
    verdict = judge(Points((low + high) / 2, low, high), target=5, treated=400, others=900)
    assert verdict.word == word


def test_what_is_lacking_is_told():
    wide = judge(Points(4, -4, 12), target=5, treated=210, others=500, a_year=210)
    assert (wide.word, wide.why) == (Word.OPEN, Why.WIDE)
    # An error of 4.08 points must come down to 5 / 2.80: (4.08 / 1.78)² times the firms.
    assert wide.more == pytest.approx(889, abs=1)
    assert wide.years == 5
    few = judge(Points(20, 10, 30), target=5, treated=12, others=500, a_year=4)
    assert (few.word, few.why, few.more, few.years) == (Word.OPEN, Why.FEW, 8, 2)
    moved = judge(Points(20, 10, 30), target=5, treated=90, others=90, trend_p=0.01)
    assert (moved.word, moved.why) == (Word.OPEN, Why.TREND)
    assert judge(None, target=5, treated=0, others=0).why == Why.NO_DATA
    near = judge(Points(5.01, 4.0, 6.02), target=5, treated=90, others=90)
    assert (near.word, near.more) == (Word.OPEN, None)


@pytest.mark.parametrize(
    ("density", "above", "word", "why"),
    [
        (0.3, 90, Word.REACHED, Why.NONE),
        (0.01, 90, Word.OPEN, Why.TREND),
        (None, 90, Word.OPEN, Why.UNTESTED),
        (None, 12, Word.OPEN, Why.FEW),
    ],
)
def test_a_line_says_nothing_before_its_firms_are_known_not_to_crowd(density, above, word, why):
    judged = judge_line(Points(20, 10, 30), target=5, above=above, below=90, density=density)
    assert (judged.word, judged.why) == (word, why)


def test_power_falls_with_the_root_of_the_numbers():
    found = beside.power(4.0, 210, 5)
    assert found.detectable == pytest.approx(11.2, abs=0.05)
    assert beside.power(4.0, found.needed, 5).detectable > 5
    assert beside.power(4.0 * (210 / found.needed) ** 0.5, found.needed, 5).detectable <= 5


def test_logarithms_are_told_as_points_of_growth():
    found = growth_points(Estimate(0.05, 0.0))
    assert (round(found.value, 2), found.low, found.high) == (5.13, found.value, found.value)


def test_processes_that_serve_pages_do_not_load_the_library():
    """Heavy packages are imported inside functions alone, which workers and commands call."""
    room = Path(staggered.__file__).parents[1]
    for path in room.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = [alias.name for alias in getattr(node, "names", [])]
            source = getattr(node, "module", None) or ""
            for name in (source, *names):
                assert name.split(".")[0] not in {"diff_diff", "numpy", "pandas", "scipy"}, path
