"""Untold cells: nothing told leads to one of them, and no more is untold than has to be."""

import itertools
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.small_cells import FEWEST, TOTAL, Cell, ends, is_small, spread, withheld


def plain(figures, *, across=True, name="table"):
    """A table with its sums from rows of counts; counts of 1 and 2 are small, sums as well."""
    width = len(figures[0])
    rows = [[*row, sum(row)] if across else list(row) for row in figures]
    rows.append([sum(row[at] for row in rows) for at in range(len(rows[0]))])
    cells = []
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            place = (
                TOTAL if y == len(figures) else f"r{y}",
                TOTAL if across and x == width else f"c{x}",
            )
            tail, head = ends(name, *place, across=across)
            cost = 10 if TOTAL in place else 1
            cells.append(Cell(place, tail, head, value, is_small=is_small(value), cost=cost))
    return cells


class Search:
    """Figures for the untold cells of a table, by trying those near the true ones.

    Knows nothing of the rule's circles: it looks for whole numbers with which every sum is right.
    """

    def __init__(self, cells, hidden):
        self.cells = cells
        self.sums = defaultdict(list)
        for at, cell in enumerate(cells):
            self.sums[cell.head].append((at, 1))
            self.sums[cell.tail].append((at, -1))
        self.untold = [
            at for at, cell in enumerate(cells) if cell.key in hidden or cell.is_unpublished
        ]

    def others(self, at):
        """How many values beside its own the cell may have, among those near it."""
        values = [value for value in self._near(at) if value != self.cells[at].value]
        return sum(self._fits(at, value) for value in values)

    def _near(self, at):
        true, most = self.cells[at].value, self.cells[at].most
        near = range(self.cells[at].least, true + FEWEST + 1)
        near = [value for value in near if most is None or value <= most]
        return sorted(near, key=lambda value: abs(value - true))

    def _fits(self, at, value):
        figures = [cell.value for cell in self.cells]
        for other in self.untold:
            figures[other] = None
        figures[at] = value
        return self._is_right(figures, at) and self._fill(
            figures, [other for other in self.untold if other != at]
        )

    def _fill(self, figures, rest):
        if not rest:
            return True
        at, *later = rest
        for value in self._near(at):
            figures[at] = value
            if self._is_right(figures, at) and self._fill(figures, later):
                return True
        figures[at] = None
        return False

    def _is_right(self, figures, at):
        return all(
            any(figures[i] is None for i, _sign in self.sums[knot])
            or not sum(sign * figures[i] for i, sign in self.sums[knot])
            for knot in (self.cells[at].tail, self.cells[at].head)
        )


tables = st.integers(1, 3).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 6), min_size=width, max_size=width), min_size=1, max_size=3
    )
)


@settings(max_examples=60)
@given(tables, st.booleans())
def test_no_untold_cell_follows_from_what_is_told(figures, across):
    cells = plain(figures, across=across)
    hidden = withheld(cells)
    small = {cell.key for cell in cells if cell.is_small}
    assert small <= hidden
    search = Search(cells, hidden)
    for at in search.untold:
        # A small one has at least three values that it might have, any other two.
        assert search.others(at) >= (FEWEST - 1 if cells[at].is_small else 1), cells[at]


@settings(max_examples=60)
@given(tables, st.booleans())
def test_no_added_cell_could_be_told(figures, across):
    cells = plain(figures, across=across)
    hidden = withheld(cells)
    small = {cell.key for cell in cells if cell.is_small}
    assert hidden == small or small
    for key in hidden - small:
        left = spread(cells, hidden - {key})
        assert any(left[at] < (FEWEST - 1 if at in small else 1) for at in left), key


@settings(max_examples=40)
@given(st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=2, max_size=8))
def test_every_row_and_column_with_an_untold_cell_has_two(figures):
    cells = plain(figures)
    hidden = withheld(cells)
    assert hidden == withheld(cells)
    for side in (0, 1):
        counts = defaultdict(int)
        for key in hidden:
            counts[key[side]] += 1
        assert all(count > 1 for count in counts.values())


def test_a_table_without_small_cells_is_told_whole():
    assert withheld(plain([[3, 4, 0], [5, 0, 6]])) == frozenset()


def test_one_small_cell_needs_one_more_in_its_column_and_their_rows():
    hidden = withheld(plain([[1, 9], [4, 5], [8, 7]]))
    # The cheapest circle: the two smallest figures beside it, and the corner they lead to.
    assert hidden == {("r0", "c0"), ("r0", "c1"), ("r1", "c0"), ("r1", "c1")}


def test_where_only_columns_add_up_one_more_cell_is_enough():
    assert withheld(plain([[1], [7], [4]], across=False)) == {("r0", "c0"), ("r2", "c0")}


def test_two_small_cells_whose_sum_would_tell_are_not_enough():
    """2 and 2 of a sum of 4 beside a bound of 2 can be nothing else."""
    tail, head = ends("t", "r", "c", across=False)
    two = [Cell(key, tail, head, 2, is_small=True, most=2) for key in "ab"]
    cells = [*two, Cell("x", tail, head, 5, most=9), Cell("sum", head, tail, 9, cost=10)]
    assert spread(cells, {"a", "b"}) == {"a": 0, "b": 0}
    assert withheld(cells) == {"a", "b", "x"}


def test_two_cells_that_would_be_told_if_they_were_empty_do_not_shield_each_other():
    """1 and 1 of 2, and everybody knows that neither is 0."""
    tail, head = ends("t", "r", "c", across=False)
    two = [Cell(key, tail, head, 1, is_small=True, least=1) for key in "ab"]
    cells = [*two, Cell("x", tail, head, 5, least=3), Cell("sum", head, tail, 7, cost=10)]
    assert spread(cells, {"a", "b"}) == {"a": 0, "b": 0}
    assert withheld(cells) == {"a", "b", "x"}


def test_a_sum_that_two_tables_share_is_no_way_round():
    """Wards and sizes of the same firms: the sizes' sum is the wards' sum."""
    wards = [Cell(f"w{n}", "in", "wards", value, is_small(value)) for n, value in enumerate((1, 5))]
    sizes = [
        Cell(f"s{n}", "sizes", "out", value, is_small(value), cost=3)
        for n, value in enumerate((3, 3))
    ]
    total = Cell("all", "wards", "sizes", 6, cost=30)
    hidden = withheld([*wards, *sizes, total])
    assert hidden == {"w0", "w1"}
    # The sum alone, untold, would still follow from the sizes.
    assert spread([*wards, *sizes, total], {"w0", "all"}) == {"w0": 0, "all": 0}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_same_cells_are_untold_whatever_the_order_of_the_rows(order):
    rows = [[1, 6, 9], [4, 7, 5], [8, 3, 0]]
    hidden = withheld(plain([rows[at] for at in order]))
    values = sorted(rows[order[int(y[1:])]][int(x[1:])] for y, x in hidden)
    assert values == [1, 4, 6, 7]
