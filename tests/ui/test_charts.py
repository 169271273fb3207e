"""Chart geometry: in bounds, in order, nothing hidden."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ui import charts, figures
from portal.ui.wards import WARD_TILES
from tests.ui.gallery.charts import MONTHS, SERIES

CAPTION = charts.Caption("c", "題")
COUNTS = st.integers(min_value=0, max_value=10**7)


@given(COUNTS, COUNTS.filter(bool))
def test_bullet_tells_whether_the_target_is_reached(value: int, target: int) -> None:
    bullet = charts.bullet(value, target)
    assert bullet.reached == (value >= target)
    assert 0 <= bullet.bar <= 1000
    assert 0 <= bullet.target <= 800
    assert bullet.percent == value * 100 // target
    assert (bullet.bar >= bullet.target) or not bullet.reached


def test_bullet_without_a_target_has_no_percentage() -> None:
    assert charts.bullet(3, 0).percent is None


@given(st.lists(st.tuples(st.text(min_size=1, max_size=5), COUNTS), max_size=12))
def test_bars_keep_order_and_proportion(items: list[tuple[str, int]]) -> None:
    drawn = charts.bars(CAPTION, items, head="業種", unit="件").bars
    assert [bar.label for bar in drawn] == [label for label, _ in items]
    assert all(0 <= bar.width <= 1000 for bar in drawn)
    ordered = sorted(zip(items, drawn, strict=True), key=lambda pair: pair[0][1])
    widths = [bar.width for _, bar in ordered]
    assert widths == sorted(widths)


def test_bars_that_reach_the_target_are_strong() -> None:
    drawn = charts.bars(
        CAPTION, [("a", Decimal("60.0")), ("b", Decimal("59.9"))], head="", unit="%", target=60
    )
    assert [bar.strong for bar in drawn.bars] == [True, False]
    assert drawn.bars[0].width == drawn.target == 1000


def test_the_longest_bars_are_strong_wherever_they_stand() -> None:
    items = [("09:00", 36), ("10:00", 97), ("11:00", 80), ("12:00", 97)]
    drawn = charts.bars(CAPTION, items, head="時間帯", unit="時間", strong=1)
    assert [bar.strong for bar in drawn.bars] == [False, True, False, False]


@given(st.integers(min_value=0, max_value=10**9))
def test_axis_ends_on_a_round_number_in_five_steps(value: int) -> None:
    top = charts.nice_top(value)
    assert top >= value
    assert top % 5 == 0
    assert top <= max(5, value * 10)


@given(
    st.lists(st.floats(min_value=20, max_value=270), max_size=6),
    st.floats(min_value=5, max_value=20),
)
def test_labels_are_spread_and_stay_above_the_axis(positions: list[float], gap: float) -> None:
    moved = charts.spread(positions, gap, 270)
    assert len(moved) == len(positions)
    ordered = sorted(moved)
    assert all(b - a >= gap - 1e-6 for a, b in pairwise(ordered))
    assert all(place <= 270 + 1e-6 for place in moved)


def test_labels_far_apart_stay_where_they_are() -> None:
    assert charts.spread([100.0, 30.0], 17, 270) == [100.0, 30.0]


def test_line_chart_draws_what_is_known_and_tabulates_everything() -> None:
    chart = charts.line_chart(CAPTION, MONTHS, SERIES, head="月")
    for drawing in (chart.wide, chart.narrow):
        previous, target, actual = drawing.lines
        assert len(actual.points.split()) == 7
        assert len(target.points.split()) == len(previous.points.split()) == 12
        assert (actual.anchor, target.anchor) == ("middle", "start")
        assert abs(target.label_y - previous.label_y) >= charts.LINE_LABEL_GAP
        for x, y in actual.dots:
            assert drawing.left <= x <= drawing.right
            assert 0 < y < drawing.height
    assert len(chart.wide.ticks) == 12
    assert len(chart.narrow.ticks) == 4
    assert chart.rows[0] == ("4月", ("10", "17", "12"))
    assert chart.rows[-1] == ("3月", ("205", "230", "—"))


def test_two_lines_that_end_at_the_same_point_keep_both_labels() -> None:
    series = [
        charts.Series("目標", "target", (1, 50)),
        charts.Series("前年度", "previous", (2, 50)),
    ]
    first, second = charts.line_chart(CAPTION, ("4月", "5月"), series, head="月").wide.lines
    assert abs(first.label_y - second.label_y) >= charts.LINE_LABEL_GAP


def test_line_chart_with_nothing_known_is_empty() -> None:
    chart = charts.line_chart(
        CAPTION, ("4月",), [charts.Series("実績", "actual", (None,))], head="月"
    )
    assert chart.wide.lines == ()
    assert chart.rows == (("4月", ("—",)),)


def test_series_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="per label"):
        charts.line_chart(CAPTION, MONTHS, [charts.Series("実績", "actual", (1,))], head="月")


def test_every_ward_has_its_own_tile() -> None:
    assert {ward.code for ward in WARD_TILES} == set(range(13101, 13124))
    assert len({(ward.row, ward.column) for ward in WARD_TILES}) == 23


@given(st.dictionaries(st.sampled_from(range(13101, 13124)), st.none() | st.integers(0, 10**6)))
def test_tile_levels_follow_the_values(values: dict[int, int | None]) -> None:
    drawn = charts.tile_map(CAPTION, values, unit="件")
    assert len(drawn.tiles) == 23
    shown = sorted(
        (values.get(tile.ward.code, 0), tile.level) for tile in drawn.tiles if tile.level
    )
    levels = [level for _, level in shown]
    assert levels == sorted(levels)
    assert all(1 <= level <= 5 for level in levels)
    assert {tile.ward.code for tile in drawn.tiles if not tile.level} == {
        code for code, value in values.items() if value is None
    }
    assert set(levels) <= {level for level, _ in drawn.legend}


def test_legend_names_each_level() -> None:
    drawn = charts.tile_map(CAPTION, {13107: 16}, unit="件", limits=(1, 3, 6, 15))
    assert [text for _, text in drawn.legend] == ["0件", "1〜2件", "3〜5件", "6〜14件", "15件〜"]
    tile = next(tile for tile in drawn.tiles if tile.ward.code == 13107)
    assert (tile.level, tile.text) == (5, "16")


def test_a_unit_may_depend_on_its_number() -> None:
    def cases(number: charts.Number) -> str:
        return " case" if number == 1 else " cases"

    drawn = charts.tile_map(CAPTION, {13107: 1, 13111: 2}, unit=cases, limits=(1, 2))
    assert [text for _, text in drawn.legend] == ["0 cases", "1 case", "2 cases〜"]
    assert {tile.unit for tile in drawn.tiles} == {" case", " cases"}
    figure = figures.line_figure(("4月",), [charts.Series("実績", "actual", (1,))], unit=cases)
    assert figure["data"][0]["text"] == ["1 case"]


@given(st.lists(st.tuples(st.just("段階"), COUNTS), max_size=5))
def test_stages_fill_the_whole_bar(items: list[tuple[str, int]]) -> None:
    parts = charts.stage_bar(CAPTION, items, unit="件").parts
    assert sum(part.width for part in parts) == (1000 if sum(n for _, n in items) else 0)
    for before, after in pairwise(parts):
        assert before.start + before.width == after.start


def test_more_stages_than_levels_are_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        charts.stage_bar(CAPTION, [("a", 1)] * 6, unit="件")


def test_figure_says_the_same_as_the_drawing() -> None:
    figure = figures.line_figure(MONTHS, SERIES, unit="件")
    assert [trace["y"][-1] for trace in figure["data"]] == [205.0, 230.0, None]
    labels = {note["text"]: note for note in figure["layout"]["annotations"]}
    assert set(labels) == {"前年度 205", "目標 230", "実績 148"}
    assert labels["実績 148"]["x"] == "10月"
    assert figure["layout"]["yaxis"]["range"][1] >= 230


def test_fractions_are_exact_until_they_become_pixels() -> None:
    assert charts.bullet(Fraction(1, 3), Fraction(1, 3)).percent == 100


def test_a_band_is_drawn_behind_the_lines_and_told_in_the_table():
    band = charts.Band("見込み", (None, (3, 4), (5, 9)))
    actual = charts.Series("実績", "actual", (1, 3, None))
    chart = charts.line_chart(
        charts.Caption("c", "題"), ("4月", "5月", "6月"), [actual], head="月", band=band
    )
    assert len(chart.wide.band.split()) == 4
    assert chart.names == ("実績", "見込み")
    assert [values[1] for _label, values in chart.rows] == ["—", "3〜4", "5〜9"]
    # The axis reaches the band's top.
    assert chart.wide.grid[-1][1] == "10"
    low, high, line = figures.line_figure(("4月", "5月", "6月"), [actual], unit="件", band=band)[
        "data"
    ]
    assert (low["y"], high["y"], line["name"]) == ([None, 3.0, 5.0], [None, 4.0, 9.0], "実績")
    with pytest.raises(ValueError, match="one value per label"):
        charts.line_chart(charts.Caption("c", "題"), ("4月",), [], head="月", band=band)


def test_levels_are_drawn_near_and_the_caption_says_where_the_axis_begins() -> None:
    series = [
        charts.Series("実質", "target", (6669, 6584, 6569)),
        charts.Series("名目", "actual", (6589, 6696, 6806)),
    ]
    years = ("2022年", "2023年", "2024年")
    chart = charts.line_chart(CAPTION, years, series, head="年", from_zero=False)
    assert [text for _y, text in chart.wide.grid] == [
        "6,500",
        "6,600",
        "6,700",
        "6,800",
        "6,900",
        "7,000",
    ]
    assert [label for _x, label in chart.narrow.ticks] == list(years)
    real, nominal = chart.wide.lines
    ends = [float(line.points.split()[-1].split(",")[1]) for line in (real, nominal)]
    assert ends[0] - ends[1] > 100
    assert chart.caption.note.endswith("縦軸は0ではなく6,500から始まります。")
    plain = charts.line_chart(CAPTION, years, series, head="年")
    assert (plain.wide.grid[0][1], plain.caption) == ("0", CAPTION)


@given(
    st.lists(st.integers(0, 10**9), min_size=1, max_size=5),
)
def test_a_near_axis_holds_every_value(values: list[int]) -> None:
    series = [charts.Series("値", "actual", tuple(values))]
    labels = [str(n) for n in range(len(values))]
    drawing = charts.line_chart(CAPTION, labels, series, head="年", from_zero=False).wide
    for _x, y in drawing.lines[0].dots:
        assert 0 < y <= drawing.grid[0][0]
