"""Score sheets as a workbook: out to be filled in or filed, and back in with errors by cell.

A member's own workbook has a row for each case and a column for each criterion; what comes back is
read by the codes in a hidden first row, so that renamed headings do no harm. Text is never written
as a formula.

openpyxl and what it brings cost a process 34 MB: it is loaded by who handles a workbook.
"""

import io
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _

from portal.kernel.files.rules import MEGABYTE, UploadRules
from portal.ui.exports import neutral
from subsidies.committee.models import ScoreSheet
from subsidies.committee.rules.statistics import Average
from subsidies.committee.selectors.results import Sheet
from subsidies.committee.services import Entry
from subsidies.rules.scoring import Scoring

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.worksheet.worksheet import Worksheet

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UPLOAD = UploadRules(("xlsx",), 5 * MEGABYTE)
MOST_ROWS = 2000
MOST_COLUMNS = 300
CASE, OPINION, OVERALL = "case", "opinion", "overall"


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong in one cell; `cell` is its reference (D5), empty for the whole file."""

    cell: str
    message: str


@dataclass(frozen=True, slots=True)
class Blank:
    """A line to fill in: case number, heading, and what has been entered so far."""

    number: int
    title: str
    entry: Entry


def own_workbook(scoring: Scoring, lines: Iterable[Blank]) -> bytes:
    """The member's sheets to be filled in."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet("採点票")
    codes, names = _columns(scoring)
    for place, code in enumerate(codes, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = 40 if _is_text(code) else 14
    sheet.row_dimensions[1].hidden = True
    sheet.freeze_panes = "C3"
    sheet.append([_cell(sheet, code) for code in codes])
    sheet.append([_cell(sheet, name, bold=True) for name in names])
    for line in lines:
        sheet.append([_cell(sheet, value) for value in _line(scoring, line)])
    return _bytes(book)


def results_workbook(
    scoring: Scoring, sheets: Sequence[Sheet], averages: Mapping[int, Average]
) -> bytes:
    """All submitted sheets and the averages, for the file and the meeting. `averages` by case."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    page = book.create_sheet("審査票")
    heads = ["案件", "委員番号", "審査委員", *(item.name for item in scoring.criteria)]
    heads += ["合計点", "総合判定", "講評", "公開後の修正"]
    page.append([_cell(page, head, bold=True) for head in heads])
    opinions = dict(ScoreSheet.Opinion.choices)
    for sheet in sheets:
        scores = [sheet.scores.get(item.code) for item in scoring.criteria]
        values = [sheet.case_number, sheet.member_number, sheet.member_name, *scores]
        values += [float(sheet.total), str(opinions.get(sheet.opinion, "")), sheet.overall]
        values.append("○" if sheet.after_reveal else "")
        page.append([_cell(page, value) for value in values])
    page = book.create_sheet("平均")
    heads = ["案件", "委員数", "平均点", "最低", "最高", "標準偏差"]
    page.append([_cell(page, head, bold=True) for head in heads])
    for number, average in averages.items():
        figures = (average.total, average.lowest, average.highest, average.deviation)
        values = [number, average.count, *(round(float(figure), 2) for figure in figures)]
        page.append([_cell(page, value) for value in values])
    return _bytes(book)


def read_workbook(
    raw: bytes, scoring: Scoring, cases: Iterable[int]
) -> tuple[dict[int, Entry], list[CellError]]:
    """Case number → what was entered, and every cell that cannot be read.

    `cases` are the numbers that may be scored. With any error nothing should be stored: a half
    imported file is worse than none.
    """
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        rows = _rows(raw)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, ParseError):
        return {}, [CellError("", _("Excelのファイル（.xlsx）として読めません。"))]
    codes = [str(value or "") for value in rows[0]] if rows else []
    wanted, _names = _columns(scoring)
    if lost := [code for code in wanted if code not in codes and not code.startswith("comment-")]:
        return {}, [
            CellError(
                "",
                _("1行目の見出し（%(codes)s）がありません。書き出したファイルを使ってください。")
                % {"codes": ", ".join(lost)},
            )
        ]
    return _Reader(scoring, codes, set(cases)).read(rows)


class _Reader:
    """Reads line by line and collects what is wrong."""

    def __init__(self, scoring: Scoring, codes: list[str], cases: set[int]) -> None:
        self.scoring, self.codes, self.cases = scoring, codes, cases
        self.errors: list[CellError] = []
        self.found: dict[int, Entry] = {}

    def read(self, rows: list[tuple[Any, ...]]) -> tuple[dict[int, Entry], list[CellError]]:
        for place, row in enumerate(rows[2:], start=3):
            cells = dict(zip(self.codes, row, strict=False))
            if any(value not in (None, "") for value in cells.values()):
                self._line(place, cells)
        return self.found, self.errors

    def _line(self, place: int, cells: dict[str, Any]) -> None:
        number = _whole(cells.get(CASE))
        if number is None or number not in self.cases:
            self._wrong(place, CASE, _("この案件は、いま採点できる担当の案件ではありません。"))
            return
        if number in self.found:
            self._wrong(place, CASE, _("同じ案件の行が2つあります。"))
            return
        self.found[number] = Entry(
            scores={
                item.code: self._score(place, f"score-{item.code}", cells, item.maximum)
                for item in self.scoring.criteria
            },
            comments={
                item.code: _text(cells.get(f"comment-{item.code}"))
                for item in self.scoring.criteria
            },
            overall=_text(cells.get(OVERALL)),
            opinion=self._opinion(place, cells.get(OPINION)),
        )

    def _score(self, place: int, code: str, cells: dict[str, Any], most: int) -> int | None:
        value = cells.get(code)
        if value in (None, ""):
            return None
        score = _whole(value)
        if score is None or not 0 <= score <= most:
            self._wrong(
                place, code, _("0から%(most)dまでの整数を入力してください。") % {"most": most}
            )
            return None
        return score

    def _opinion(self, place: int, value: Any) -> str:
        text = _text(value)
        by_label = {str(label): code for code, label in ScoreSheet.Opinion.choices}
        found = by_label.get(text, text if text in ScoreSheet.Opinion.values else "")
        if text and not found:
            labels = _("、").join(by_label)
            self._wrong(
                place, OPINION, _("次のどれかにしてください：%(labels)s") % {"labels": labels}
            )
        return found

    def _wrong(self, place: int, code: str, message: str) -> None:
        from openpyxl.utils import get_column_letter

        column = get_column_letter(self.codes.index(code) + 1)
        self.errors.append(CellError(f"{column}{place}", message))


def _columns(scoring: Scoring) -> tuple[list[str], list[str]]:
    """Codes of the hidden first row and headings of the second."""
    codes, names = [CASE, "title"], ["案件", "事業名"]
    for item in scoring.criteria:
        codes += [f"score-{item.code}", f"comment-{item.code}"]
        names += [f"{item.name}（0〜{item.maximum}）", f"{item.name}の所見"]
    return [*codes, OPINION, OVERALL], [*names, "総合判定", "講評"]


def _line(scoring: Scoring, line: Blank) -> list[Any]:
    values: list[Any] = [line.number, line.title]
    for item in scoring.criteria:
        values += [line.entry.scores.get(item.code), line.entry.comments.get(item.code, "")]
    opinion = dict(ScoreSheet.Opinion.choices).get(line.entry.opinion, "")
    return [*values, str(opinion), line.entry.overall]


def _is_text(code: str) -> bool:
    return code.startswith("comment-") or code in {"title", OVERALL}


def _cell(sheet: "Worksheet", value: Any, *, bold: bool = False) -> "WriteOnlyCell":
    """A cell that is text or a number, never a formula."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    cell = WriteOnlyCell(sheet, value=neutral(value) if isinstance(value, str) else value)
    if isinstance(cell.value, str):
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    return cell


def _bytes(book: "Workbook") -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _rows(raw: bytes) -> list[tuple[Any, ...]]:
    """The first sheet's values. Raises what openpyxl and zipfile raise; ValueError for too much."""
    from openpyxl import load_workbook

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > 20 * UPLOAD.max_bytes:
            raise ValueError("too much when unpacked")
    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    try:
        rows = book.worksheets[0].iter_rows(
            max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True
        )
        return list(rows)
    finally:
        book.close()


def _whole(value: Any) -> int | None:
    """4, 4.0, "４"; None for anything else."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    plain = unicodedata.normalize("NFKC", str(value)).strip()
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 7 else None


def _text(value: Any) -> str:
    """A cell's text; the apostrophe that kept it from being a formula is taken off again."""
    text = "" if value is None else str(value).strip()
    return text[1:] if text.startswith("'") and neutral(text[1:]) != text[1:] else text
