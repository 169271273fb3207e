"""Rows into a file, a row at a time: memory does not grow with their number.

XLSX is written by hand (SpreadsheetML with inline strings): measured on the ledger, openpyxl's
`write_only` made a few hundred to two thousand rows a second, this ten times as many. A string is
always a string cell and never a formula; it is neutralised all the same, because people save a
workbook as CSV.
"""

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import IO, Protocol
from xml.sax.saxutils import escape

from portal.exports.reports import Cell, Column
from portal.kernel import clock
from portal.ui.exports import neutral

CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Excel's own limit, the head included.
MOST_ROWS = {CSV: None, XLSX: 1_048_575}
LONGEST_CELL = 32_767
FLUSH_ROWS = 500


class Writer(Protocol):
    """Takes rows in the order of the columns; `close` completes the file, not the stream."""

    def row(self, cells: Sequence[Cell]) -> None: ...

    def close(self) -> None: ...


def writer(file_format: str, stream: IO[bytes], columns: Sequence[Column], title: str) -> Writer:
    """A writer with the head already written. Raises KeyError for an unknown format."""
    kinds: dict[str, Callable[..., Writer]] = {CSV: CsvWriter, XLSX: XlsxWriter}
    return kinds[file_format](stream, columns, title)


class CsvWriter:
    """UTF-8 with BOM (Excel needs it), CRLF, dates as ISO text, moments in Tokyo's time."""

    def __init__(self, stream: IO[bytes], columns: Sequence[Column], _title: str) -> None:
        self._text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=False)
        self._csv = csv.writer(self._text)
        self._csv.writerow([neutral(str(column.label)) for column in columns])

    def row(self, cells: Sequence[Cell]) -> None:
        self._csv.writerow([neutral(_plain(cell)) for cell in cells])

    def close(self) -> None:
        self._text.flush()
        self._text.detach()


def _plain(cell: Cell) -> str | int | Decimal | None:
    if isinstance(cell, dt.datetime):
        return cell.astimezone(clock.TOKYO).strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return cell


_STYLES = {"text": 0, "number": 0, "yen": 2, "date": 3, "moment": 4}
_WIDTHS = {"text": 22, "number": 9, "yen": 14, "date": 12, "moment": 17}
# XML 1.0 has no place for these; surrogates cannot be encoded.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DAY_ZERO = dt.date(1899, 12, 30)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEETML}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_SHEETML}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEETML}.worksheet+xml"/>'
    "</Types>",
    "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_REL}/styles" Target="styles.xml"/></Relationships>',
    # Cell formats: 0 general, 1 head (bold), 2 yen, 3 date, 4 moment.
    "xl/styles.xml": f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="2">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="游ゴシック"/></font>'
    '<font><b/><sz val="11"/><name val="游ゴシック"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="標準" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>",
}


class XlsxWriter:
    """One sheet with a frozen head; dates and yen as numbers with their format."""

    def __init__(self, stream: IO[bytes], columns: Sequence[Column], title: str) -> None:
        self._styles = [_STYLES[column.kind] for column in columns]
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=5)
        for name, text in {**_PARTS, "xl/workbook.xml": _workbook(title)}.items():
            # Without the time of writing: the same rows make the same bytes.
            self._zip.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED, 5)
        self._sheet = self._zip.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        self._parts: list[str] = [_HEAD, f'<worksheet xmlns="{_MAIN}">', _view(columns)]
        self._rows = 0
        heads = [_text(str(neutral(str(column.label))), 1) for column in columns]
        self._append(heads)

    def row(self, cells: Sequence[Cell]) -> None:
        self._append([_cell(cell, self._styles[n]) for n, cell in enumerate(cells)])

    def close(self) -> None:
        self._parts.append("</sheetData></worksheet>")
        self._flush()
        self._sheet.close()
        self._zip.close()

    def _append(self, cells: list[str]) -> None:
        self._parts += ["<row>", *cells, "</row>"]
        self._rows += 1
        if self._rows % FLUSH_ROWS == 0:
            self._flush()

    def _flush(self) -> None:
        self._sheet.write("".join(self._parts).encode())
        self._parts = []


def _cell(cell: Cell, style: int) -> str:
    if cell is None or cell == "":
        return "<c/>"
    if isinstance(cell, bool):
        return f'<c t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, int | Decimal):
        return f'<c s="{style}"><v>{cell}</v></c>'
    if isinstance(cell, dt.datetime):
        local = cell.astimezone(clock.TOKYO)
        day = (local.date() - _DAY_ZERO).days
        return f'<c s="4"><v>{day + (local.hour * 60 + local.minute) / 1440:.10f}</v></c>'
    if isinstance(cell, dt.date):
        return f'<c s="3"><v>{(cell - _DAY_ZERO).days}</v></c>'
    return _text(str(neutral(cell)), 0)


def _text(text: str, style: int) -> str:
    plain = escape(_UNWRITABLE.sub("", text)[:LONGEST_CELL])
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{plain}</t></is></c>'


def _workbook(title: str) -> str:
    name = escape(re.sub(r"[\[\]:*?/\\']", "", title)[:31] or "1", {'"': "&quot;"})
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>'
        f'<sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


def _view(columns: Sequence[Column]) -> str:
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{_WIDTHS[column.kind]}" customWidth="1"/>'
        for n, column in enumerate(columns, start=1)
    )
    return (
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2"'
        ' activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData>"
    )
