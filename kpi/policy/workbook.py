"""The evaluation sheet as XLSX, laid out to be printed on one A4 page.

openpyxl and what it brings cost a process 34 MB: it is loaded by who handles a workbook.
"""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from portal.ui.exports import neutral

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = (30, 20, 20, 20, 26)
LAST = "E"
# Characters that fit into a line of the merged cells.
PER_LINE = 56


def book(data: dict[str, Any]) -> bytes:
    """One worksheet; every text is text, never a formula."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    made = Workbook()
    page = made.active
    assert page is not None
    page.title = data["title"][:31]
    for place, width in enumerate(WIDTHS, start=1):
        page.column_dimensions[get_column_letter(place)].width = width
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    _title(page, data)
    for name, text in data["texts"]:
        _long(page, name, text)
    for name, rows in data["groups"]:
        _table(page, name, data["heads"], rows)
    _table(page, data["costs_title"], data["cost_heads"], data["costs"])
    if data["unknown"]:
        _row(page, [data["unknown"]], merged=True)
    _ratings(page, data)
    _long(page, *data["issues"])
    name, direction, why = data["direction"]
    _long(page, name, f"{direction}　{why}".strip())
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def _title(page: "Worksheet", data: dict[str, Any]) -> None:
    from openpyxl.styles import Font

    for text, size in ((data["title"], 16), (data["subtitle"], 12), (data["state"], 10)):
        at = _row(page, [text], merged=True)
        page.cell(at, 1).font = Font(size=size, bold=size > 10)


def _table(
    page: "Worksheet", name: str, heads: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    from openpyxl.styles import Font

    page.append([])
    at = _row(page, [name], merged=True)
    page.cell(at, 1).font = Font(bold=True)
    _row(page, heads, is_head=True)
    for row in rows:
        _row(page, row, numbers=range(2, len(row) + 1))


def _ratings(page: "Worksheet", data: dict[str, Any]) -> None:
    from openpyxl.styles import Font

    page.append([])
    at = _row(page, [data["ratings_title"]], merged=True)
    page.cell(at, 1).font = Font(bold=True)
    for name, rating, why in data["ratings"]:
        _long(page, name, f"{rating}　{why}".strip())


def _long(page: "Worksheet", name: str, text: str) -> None:
    """A name, and a text over the other columns."""
    from openpyxl.styles import Font

    at = _row(page, [name, text])
    page.merge_cells(f"B{at}:{LAST}{at}")
    page.cell(at, 1).font = Font(bold=True)
    lines = sum(1 + len(part) // PER_LINE for part in text.split("\n"))
    page.row_dimensions[at].height = 16 * max(1, lines)


def _row(
    page: "Worksheet",
    values: Sequence[str],
    *,
    merged: bool = False,
    is_head: bool = False,
    numbers: range = range(0),
) -> int:
    """Write a row; returns its number."""
    from openpyxl.styles import Alignment, Font, PatternFill

    page.append([neutral(value) for value in values])
    at = page.max_row
    for place in range(1, len(values) + 1):
        cell = page.cell(at, place)
        cell.data_type = "s"
        side = "right" if place in numbers else "left"
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal=side)
        if is_head:
            cell.font = Font(bold=True)
            cell.fill = PatternFill("solid", fgColor="E6E6E6")
    if merged:
        page.merge_cells(f"A{at}:{LAST}{at}")
    return at
