"""Which visit can be true, and which counts may be told."""

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from advisors import words
from advisors.rules import barriers
from advisors.rules.barriers import Entry
from advisors.rules.visits import Frame, Span, Times, faults, travel_faults
from advisors.selectors.teams import six_months_on
from portal.kernel.clock import TOKYO
from programs.small_cells import FEWEST

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


WARDS, SIZES, CODES = ["w1", "w2", "w3", "w4"], ["s1", "s2"], ["A-1", "B-1", "C-1"]
entries = st.lists(
    st.builds(
        Entry,
        st.sampled_from(WARDS),
        st.sampled_from(SIZES),
        st.integers(1, 24),
        st.sampled_from(CODES),
    ),
    max_size=60,
)


@given(entries)
@example([Entry("w1", "s1", firm, "B-1") for firm in (1, 3, 4)] + [Entry("w1", "s2", 2, "B-1")])
def test_no_line_and_no_cell_tells_of_one_or_two_firms(rows):
    made = barriers.tables(rows, WARDS, SIZES, CODES)
    first = {}
    for row in rows:
        first.setdefault(row.firm, row)
    for lines, keys, name in ((made.by_ward, WARDS, "ward"), (made.by_size, SIZES, "size")):
        assert [line.key for line in lines] == keys
        for line in lines:
            firms = {firm for firm, row in first.items() if getattr(row, name) == line.key}
            assert line.firms in {None, len(firms)}
            if 0 < len(firms) < FEWEST:
                assert line.firms is None
                assert not any(line.cells)
            for code, cell in zip(CODES, line.cells, strict=True):
                named = {row.firm for row in rows if row.firm in firms and row.barrier == code}
                assert cell in {None, len(named)}
                assert cell not in {1, 2}
    # What is told adds up, and no sum leaves one cell open.
    for at, sum_of_all in enumerate((made.total.firms, *made.total.cells)):
        for lines in (made.by_ward, made.by_size):
            told = [(line.firms, *line.cells)[at] for line in lines]
            if sum_of_all is not None:
                assert told.count(None) != 1
                assert sum(cell or 0 for cell in told) <= sum_of_all
                assert None in told or sum(told) == sum_of_all


def test_a_ward_does_not_follow_from_the_sizes_nor_from_its_firms():
    """w1 has 1 firm of its 4 with A-1; without more, the sum of the column would say so."""
    rows = [Entry("w1", "s1", firm, "B-1") for firm in (1, 2, 3)] + [Entry("w1", "s1", 4, "A-1")]
    rows += [Entry("w2", "s1", firm, "A-1") for firm in range(10, 15)]
    rows += [Entry("w2", "s1", firm, "B-1") for firm in range(15, 18)]
    rows += [Entry("w3", "s2", firm, "A-1") for firm in range(20, 27)]
    made = barriers.tables(rows, WARDS, SIZES, CODES)
    by_ward = [(line.firms, *line.cells) for line in made.by_ward]
    # Every firm has named just one, so a line's own sum would tell as well: w1 and w2 lose two cells.
    assert by_ward == [
        (4, None, None, 0), (8, None, None, 0), (7, 7, 0, 0), (0, 0, 0, 0),
    ]  # fmt: skip
    assert [(line.firms, *line.cells) for line in made.by_size] == [(12, 6, 6, 0), (7, 7, 0, 0)]
    assert (made.total.firms, *made.total.cells) == (19, 13, 6, 0)


def test_two_wards_of_one_firm_each_do_not_shield_each_other():
    """A ward without firms is told, so that 2 firms in two untold wards could only be 1 and 1."""
    rows = [Entry("w1", "s1", 1, "A-1"), Entry("w2", "s1", 2, "A-1")]
    rows += [Entry("w3", "s1", firm, "A-1") for firm in range(10, 14)]
    rows += [Entry("w3", "s1", firm, "B-1") for firm in range(14, 18)]
    made = barriers.tables(rows, WARDS, SIZES, CODES)
    assert [line.firms for line in made.by_ward] == [None, None, None, 0]
    assert made.total.firms == 10
