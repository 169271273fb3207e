"""Workbooks as officials make them."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from programs.importing import workbook
from tests.factories.programs import corporate_number

# A row without a fault; tests replace single cells by their letter.
GOOD = {
    "A": corporate_number(900_000),
    "B": "株式会社八広製作所",
    "C": "ヤヒロセイサクショ",
    "D": 12,
    "E": 10_000_000,
    "F": "24",
    "G": "受注生産",
    "H": "131-0041",
    "I": "東京都墨田区八広1-1-1",
    "J": "八広 一郎",
    "K": "03-1111-2222",
    "L": "info@example.jp",
    "M": "https://example.jp/",
    "N": "平成13年4月1日",
}


def good_row(index: int = 0, **cells: Any) -> dict[str, Any]:
    """A faultless row with a corporate number and a name of its own."""
    own = {"A": corporate_number(900_000 + index), "B": f"株式会社八広製作所{index}"}
    return GOOD | own | cells


def make_book(rows: Sequence[dict[str, Any]]) -> bytes:
    """The template with these rows (column letter → value) from row 2 on."""
    book = load_workbook(BytesIO(workbook.template()))
    sheet = book[workbook.SHEET]
    for number, row in enumerate(rows, start=2):
        for letter, value in row.items():
            sheet[f"{letter}{number}"].value = value
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
