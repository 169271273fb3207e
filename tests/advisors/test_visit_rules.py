"""Which visit can be true, and which counts may be told."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisors import words
from advisors.rules import barriers
from advisors.rules.visits import Frame, Span, Times, faults, travel_faults
from advisors.selectors.teams import six_months_on
from portal.kernel.clock import TOKYO

NOW = dt.datetime(2026, 11, 25, 18, 0, tzinfo=TOKYO)
OPEN = Span(dt.date(2026, 10, 1), dt.date(2027, 3, 31))


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=TOKYO)


def found(times: Times, *, planned: bool = False, **frame: object) -> list[str]:
    bounds = Frame(**{"engagement": OPEN, "member": OPEN, "contract": OPEN, **frame})
    day = times.starts_at.date()
    rows = faults(times, bounds, now=NOW, day=day, today=NOW.date(), planned=planned)
    assert all(words.fault_text(row) for row in rows)
    return [row.code for row in rows]


@pytest.mark.parametrize(
    ("times", "codes"),
    [
        (Times(at(25, 10), at(25, 12)), []),
        (Times(at(25, 17), at(25, 19)), ["future"]),
        (Times(at(26, 10), at(26, 12)), ["future"]),
        (Times(at(24, 10), at(25, 16)), ["long"]),  # 30 hours
        (Times(at(24, 10), at(24, 10)), ["order"]),
        (Times(at(24, 12), at(24, 10)), ["order"]),
        (Times(at(24, 10), at(24, 10, 14)), ["short"]),
        (Times(at(24, 10), at(24, 10, 15)), []),
        (Times(at(24, 10), at(24, 18)), []),
        (Times(at(24, 10), at(24, 18, 1)), ["long"]),
    ],
)
def test_times(times, codes):
    assert found(times) == codes


def test_a_plan_lies_ahead_and_a_record_not_too_far_back():
    assert found(Times(at(24, 10), at(24, 12)), planned=True) == ["late"]
    assert found(Times(at(25, 19), at(25, 20)), planned=True) == []
    early = Times(*(moment - dt.timedelta(days=70) for moment in (at(24, 10), at(24, 12))))
    assert found(early, engagement=Span(dt.date(2026, 1, 1)), member=Span(dt.date(2026, 1, 1)),
                 contract=Span(dt.date(2026, 1, 1))) == ["late"]  # fmt: skip


@pytest.mark.parametrize("what", ["engagement", "member", "contract"])
def test_outside_of_what_bounds_it(what):
    times = Times(at(24, 10), at(24, 12))
    for span in (Span(dt.date(2026, 11, 25)), Span(dt.date(2026, 1, 1), dt.date(2026, 11, 23))):
        assert found(times, **{what: span}) == [what]
    assert found(times, **{what: Span(dt.date(2026, 11, 24), dt.date(2026, 11, 24))}) == []


minutes = st.integers(0, 60 * 24)


@given(minutes, st.integers(15, 480), minutes, st.integers(15, 480))
def test_two_visits_overlap_or_touch(first, length, second, other_length):
    start = dt.datetime(2026, 11, 1, tzinfo=TOKYO)

    def span(begin: int, long: int) -> Times:
        begins = start + dt.timedelta(minutes=begin)
        return Times(begins, begins + dt.timedelta(minutes=long), "株式会社大野精機")

    one, two = span(first, length), span(second, other_length)
    shared = set(range(first, first + length)) & set(range(second, second + other_length))
    assert one.meets(two) == two.meets(one) == bool(shared)
    assert ("overlap" in found(one, others=(two,))) == bool(shared)


def test_travel_that_nobody_makes_within_tokyo():
    assert [row.field for row in travel_faults(361, 20_001)] == ["travel_minutes", "travel_yen"]
    assert not list(travel_faults(360, 20_000))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-10-01", "2027-03-31"),
        ("2026-11-15", "2027-05-14"),
        ("2026-08-31", "2027-02-28"),
        ("2027-08-31", "2028-02-29"),
        ("2026-12-31", "2027-06-30"),
        ("2026-07-01", "2026-12-31"),
    ],
)
def test_six_months(first, last):
    assert six_months_on(dt.date.fromisoformat(first)) == dt.date.fromisoformat(last)


entries = st.lists(
    st.tuples(st.sampled_from(["a", "b"]), st.integers(1, 8), st.sampled_from(["A-1", "B-1"]))
)


@given(entries)
def test_no_cell_tells_of_one_or_two_firms(rows):
    made = barriers.lines(rows, ["a", "b"], ["A-1", "B-1"])
    assert [line.key for line in made] == ["a", "b"]
    for line in made:
        of_line = {firm for key, firm, _code in rows if key == line.key}
        if 0 < len(of_line) < barriers.FEWEST:
            assert line.firms is None
            assert set(line.cells) == {None}
            continue
        assert line.firms == len(of_line)
        for code, cell in zip(["A-1", "B-1"], line.cells, strict=True):
            firms = {firm for key, firm, known in rows if (key, known) == (line.key, code)}
            assert cell == (len(firms) if len(firms) not in {1, 2} else None)
