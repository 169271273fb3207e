"""Pure rules of releases: due dates, the canonical form, what is told, what changed."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.releases.rules import (
    WARDS,
    Change,
    Column,
    Head,
    Kind,
    changes,
    columns,
    digest,
    final_due,
    lines,
    preliminary_due,
    read,
    row_of,
    told,
)
from kpi.rules import Figure
from portal.kernel import clock

APRIL = dt.date(2025, 4, 1)
SUMIDA, OTA = 13107, 13111
HEAD = Head(
    code="fy2025",
    kind="final",
    as_of=dt.date(2026, 3, 31),
    watermark=dt.datetime(2026, 5, 20, 1, 2, 3, tzinfo=dt.UTC),
    reason="",
    revises="",
    definitions={"2-OP1": 1, "1-OC": 2},
)


def column(values, *, below=None, ns=None, indicator="2-OP1"):
    """`values` by ward; the others count nothing."""
    row = [Decimal(values.get(ward, 0)) for ward in WARDS]
    return Column(
        indicator=indicator,
        period=APRIL,
        numerators=tuple(row),
        denominators=None
        if below is None
        else tuple(Decimal(below.get(ward, 0)) for ward in WARDS),
        ns=tuple((ns or below or values).get(ward, 0) for ward in WARDS),
    )


def untold(found):
    """The wards (13100: all together) that are not told."""
    return [ward for ward, gone in zip((*WARDS, 13100), found.column.hidden, strict=True) if gone]


@pytest.mark.parametrize(
    ("as_of", "due"),
    [
        ("2026-10-31", "2026-11-16"),  # 3 November is a holiday
        ("2025-12-31", "2026-01-19"),  # the turn of the year, and 12 January
        ("2026-04-30", "2026-05-19"),  # Golden Week
    ],
)
def test_preliminary_figures_are_due_ten_working_days_after_the_month(as_of, due):
    assert preliminary_due(dt.date.fromisoformat(as_of)).isoformat() == due


def test_final_figures_are_due_on_31_may_and_months_end_where_they_end():
    assert final_due(2025) == dt.date(2026, 5, 31)
    assert clock.month_end(dt.date(2028, 2, 5)) == dt.date(2028, 2, 29)


def test_the_canonical_form_reads_as_documented_and_its_digest_is_sha256_of_it():
    figures = [
        Figure("2-OP1", OTA, APRIL, Decimal("12.0000"), None, 12),
        Figure("1-OC", SUMIDA, APRIL, Decimal(7), Decimal("10.5"), 10),
        Figure("2-OP1", SUMIDA, APRIL, Decimal(100), None, 100),
    ]
    text = list(lines(HEAD, columns(figures)))
    assert text == [
        "code=fy2025",
        "kind=final",
        "as_of=2026-03-31",
        "watermark=2026-05-20T01:02:03.000000+00:00",
        "reason=",
        "revises=",
        'definitions={"1-OC":2,"2-OP1":1}',
        "1-OC|2025-04-01|13107|7|10.5|10",
        "2-OP1|2025-04-01|13107|100||100",
        "2-OP1|2025-04-01|13111|12||12",
    ]
    assert (
        digest(HEAD, columns(reversed(figures)))
        == digest(HEAD, columns(figures))
        == "93c2fdc7113d5f489f1d7ea45227b21c3ed8a2b6801b3d45ed2c9d81eecfe965"
    )


def test_a_figure_of_no_ward_is_refused():
    with pytest.raises(ValueError, match="no ward"):
        columns([Figure("2-OP1", 13201, APRIL, Decimal(1), None, 1)])


def test_a_small_count_takes_another_with_it_and_nothing_else():
    found = told(column({13101: 2, 13102: 5, 13103: 9, 13104: 40}))
    assert untold(found) == [13101, 13102]
    assert found.column.numerators[0] is None
    assert found.column.numerators[23] == 56
    assert "2-OP1|2025-04-01|13101|x|x|x" in list(lines(HEAD, [found.column]))


def test_without_a_small_count_everything_is_told_and_events_are_announced_anyway():
    assert untold(told(column({13101: 3, 13102: 5}))) == []
    assert untold(told(column({13101: 1, 13102: 2}, indicator="3-OP1"))) == []


def test_a_ratio_is_told_where_it_rests_on_ten_or_more():
    few = told(column({13101: 5, 13102: 6, 13103: 20}, below={13101: 9, 13102: 12, 13103: 30}))
    assert untold(few) == [13101, 13102]
    assert untold(told(column({13101: 5}, below={13101: 9}))) == [13101, 13100]
    assert untold(told(column({13101: 10}, below={13101: 10}))) == []


def test_what_was_untold_before_stays_untold_by_preference():
    first = column({13101: 2, 13102: 5, 13103: 9})
    before = row_of(first, told(first).column.hidden)
    now = column({13101: 2, 13102: 12, 13103: 9})
    assert untold(told(now)) == [13101, 13103]
    assert untold(told(now, [before])) == [13101, 13102]


@given(st.lists(st.integers(0, 9), min_size=23, max_size=23))
def test_no_single_ward_is_ever_left_to_subtract(values):
    found = told(column(dict(zip(WARDS, values, strict=True))))
    gone = untold(found)
    small = [ward for ward, value in zip(WARDS, values, strict=True) if value in (1, 2)]
    assert set(small) <= set(gone)
    assert len(gone) != 1


def test_changes_are_what_differs_and_nothing_is_0_of_a_count():
    before = [column({SUMIDA: 5, OTA: 3})]
    after = [column({SUMIDA: 4, OTA: 3}), column({OTA: 0}, indicator="2-OP2")]
    [change] = changes(before, after)
    assert change == Change("2-OP1", APRIL, SUMIDA, (Decimal(5), None), (Decimal(4), None))
    assert change.difference == -1
    assert list(changes(before, before)) == []


@pytest.mark.parametrize(
    ("kind", "numerator", "denominator", "text"),
    [
        (Kind.COUNT, 1234, None, "1,234"),
        (Kind.PERCENT, 2, 3, "66.7"),
        (Kind.PERCENT, 1, 0, "—"),
        (Kind.QUOTIENT, 1, 8, "0.1"),
        (Kind.QUOTIENT, 25, 100, "0.3"),
        (Kind.COUNT, None, None, "—"),
    ],
)
def test_values_are_rounded_half_up_for_display_alone(kind, numerator, denominator, text):
    numbers = [None if number is None else Decimal(number) for number in (numerator, denominator)]
    assert read(kind, *numbers).text == text
