"""Workbooks in our form: a cover that says what the figures are, a table with one head, a guide.

openpyxl and what it brings cost a process 34 MB: it is loaded by who handles a workbook.
"""

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from django.utils.translation import gettext as _

from programs.importing import cells
from programs.importing.cells import Cell, CellError
from programs.importing.workbook import UnreadableWorkbook
from programs.rules import fold

COVER, GUIDE = "表紙", "記入方法"
MAX_ROWS = 20_000
# A sheet may claim 1,048,576 rows of 16,384 columns in a few hundred bytes: nothing is looked at beyond these.
LAST_ROW, LAST_COLUMN = 5 * MAX_ROWS, 52
_BEYOND = re.compile(rb'<c\s+r="(?:[A-Z]{3}|[B-Z][A-Z])\d+"[^>]*>\s*<[fiv]')
Reader = Callable[[Cell], Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the cover. `choices` are offered in the sheet; `example` stands in an empty one."""

    name: str
    heading: str
    reader: Reader
    required: bool = True
    choices: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table. Found by its heading, wherever it stands; headings are never translated."""

    name: str
    heading: str
    reader: Reader
    required: bool = False
    hint: str = ""
    as_text: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A form of workbook. `columns` follow from what the cover says (its unit)."""

    sheet: str
    cover: tuple[Line, ...]
    columns: Callable[[Mapping[str, Any]], Sequence[Column]]
    guide: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row as read: values of what was filled in, a sentence for each wrong cell by its name (「D12」)."""

    number: int
    values: Mapping[str, Any]
    places: Mapping[str, str]
    errors: Mapping[str, str]

    @property
    def messages(self) -> list[str]:
        return [
            _("%(cell)s：%(message)s") % {"cell": cell, "message": message}
            for cell, message in self.errors.items()
        ]


def read(file: IO[bytes], form: Form) -> tuple[dict[str, Any], Iterator[ReadRow]]:
    """The cover's values and the rows of the table, as a stream. Raises UnreadableWorkbook, also while iterating."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # openpyxl lets through whatever a broken file provokes
        raise UnreadableWorkbook(
            _(
                "ファイルを開けませんでした。Excelで開いて「Excelブック（.xlsx）」で保存し直してください。"
            )
        ) from error
    for name in (COVER, form.sheet):
        if name not in book.sheetnames:
            raise UnreadableWorkbook(
                _(
                    "「%(sheet)s」のシートがありません（いまのシート：%(found)s）。"
                    "様式をダウンロードし、シートの名前を変えずに入力してください。"
                )
                % {"sheet": name, "found": _("、").join(book.sheetnames)[:200]}
            )
    about = _cover(book[COVER], form)
    sheet = book[form.sheet]
    _refuse_layout(file, sheet)
    return about, _rows(sheet, form.columns(about))


def _cover(sheet: Any, form: Form) -> dict[str, Any]:
    """Label in column A, value in column B. All that is wrong with it is told at once."""
    found: dict[str, tuple[int, Cell]] = {}
    for number, row in enumerate(sheet.iter_rows(max_col=2, max_row=60), start=1):
        label = fold(str(row[0].value or ""))
        if label and len(row) > 1:
            found.setdefault(label, (number, Cell(row[1].value, row[1].data_type)))
    values, wrong = {}, []
    for line in form.cover:
        number, cell = found.get(fold(line.heading), (0, Cell(None)))
        place = f"B{number}" if number else ""
        if cell.is_blank:
            if line.required:
                text = _("%(sheet)sの「%(heading)s」を入力してください。")
                wrong.append(text % {"sheet": COVER, "heading": line.heading})
            continue
        try:
            values[line.name] = cells.read(cell, line.reader)
        except CellError as error:
            text = _("%(sheet)s %(cell)s「%(heading)s」：%(problem)s（いま「%(value)s」）。")
            wrong.append(
                text
                % {
                    "sheet": COVER,
                    "cell": place,
                    "heading": line.heading,
                    "problem": error,
                    "value": cell.shown(),
                }
            )
    if wrong:
        raise UnreadableWorkbook("".join(wrong))
    return values


def _refuse_layout(file: IO[bytes], sheet: Any) -> None:
    """What reading row by row would not see, from the sheet's own XML: values far to the right, merged cells.

    Merged cells hold one value for several rows: nobody can tell which.
    """
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        path = str(sheet._worksheet_path).removeprefix("/")
        tail = archive.read(path)
    if _BEYOND.search(tail):
        raise UnreadableWorkbook(
            _("AZ列より右に値があります。見出しの下の列に移すか、消してください。")
        )
    found = re.findall(rb'<mergeCell\s+ref="([A-Z0-9:]+)"', tail)
    if found:
        ranges = _("、").join(name.decode() for name in found[:5])
        raise UnreadableWorkbook(
            _(
                "結合されたセルがあります（%(ranges)s）。どの行の値か分からないため、取り込めません。"
                "結合を解除し、1行ずつ値を入力してください。"
            )
            % {"ranges": ranges}
        )


def _rows(sheet: Any, columns: Sequence[Column]) -> Iterator[ReadRow]:
    from openpyxl.utils import get_column_letter

    places: dict[int, Column] = {}
    found = False
    for number, row in enumerate(sheet.iter_rows(max_col=LAST_COLUMN), start=1):
        if number == 1:
            places = _head(row, columns)
            letters = {at: get_column_letter(at + 1) for at in places}
            continue
        if number > LAST_ROW:
            raise UnreadableWorkbook(
                _("表が%(row)d行目より下まで続いています。表の下の空の行を削除してください。")
                % {"row": LAST_ROW}
            )
        if all(cell.value is None for cell in row):
            continue
        given = {
            at: Cell(row[at].value, row[at].data_type) if at < len(row) else Cell(None)
            for at in places
        }
        _refuse_stray(row, places, number)
        if all(cell.is_blank for cell in given.values()):
            continue
        if number > MAX_ROWS + 1:
            raise UnreadableWorkbook(
                _("一度に取り込めるのは%(rows)d行までです。ファイルを分けてください。")
                % {"rows": MAX_ROWS}
            )
        found = True
        yield _read_row(number, {letters[at]: (places[at], cell) for at, cell in given.items()})
    if not found:
        raise UnreadableWorkbook(_("2行目から下に数字が1行もありません。"))


def _head(row: Sequence[Any], columns: Sequence[Column]) -> dict[int, Column]:
    """Place → column. What is missing, twice there or unknown is told all at once."""
    by_heading = {_bare(column.heading): column for column in columns}
    places: dict[int, Column] = {}
    unknown = []
    for at, cell in enumerate(row):
        heading = _bare(str(cell.value)) if cell.value is not None else ""
        if not heading:
            continue
        column = by_heading.get(heading)
        if column is None or column in places.values():
            unknown.append(str(cell.value)[: cells.SHOWN])
        else:
            places[at] = column
    missing = [column.heading for column in columns if column not in places.values()]
    wrong = []
    if missing:
        text = _("1行目に次の見出しがありません：%(names)s。")
        wrong.append(text % {"names": _("、").join(missing)})
    if unknown:
        text = _(
            "1行目の次の見出しは様式にないか、2つあります：%(names)s。その列を消してください。"
        )
        wrong.append(text % {"names": _("、").join(unknown)})
    if wrong:
        wrong.append(_("様式をダウンロードし、見出しを変えずに入力してください。"))
        raise UnreadableWorkbook("".join(wrong))
    return places


def _bare(heading: str) -> str:
    return fold(heading)


def _refuse_stray(row: Sequence[Any], places: Mapping[int, Column], number: int) -> None:
    """A value beside the table would be dropped without a word."""
    for at, cell in enumerate(row):
        if at not in places and not Cell(cell.value).is_blank:
            raise UnreadableWorkbook(
                _(
                    "%(row)d行目に、見出しのない列の値「%(value)s」があります。"
                    "見出しの下の列に移すか、消してください。"
                )
                % {"row": number, "value": Cell(cell.value).shown()}
            )


def _read_row(number: int, row: Mapping[str, tuple[Column, Cell]]) -> ReadRow:
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    places = {column.name: f"{letter}{number}" for letter, (column, _cell) in row.items()}
    for column, cell in row.values():
        place = places[column.name]
        if cell.is_blank:
            if column.required:
                errors[place] = _("%(heading)sを入力してください。") % {"heading": column.heading}
            continue
        try:
            values[column.name] = cells.read(cell, column.reader)
        except CellError as error:
            text = _("%(problem)s（いま「%(value)s」）")
            errors[place] = text % {"problem": error, "value": cell.shown()}
    return ReadRow(number, values, places, errors)


def template(form: Form, cover: Mapping[str, Any], rows: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """A workbook to fill in: the cover with what is known, the head, rows that are there already, the guide."""
    from openpyxl import Workbook

    book = Workbook()
    front = book.worksheets[0]
    front.title = COVER
    _write_cover(front, form, cover)
    columns = form.columns({})
    _write_table(book.create_sheet(form.sheet), columns, rows)
    _write_guide(book.create_sheet(GUIDE), columns, form.guide)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write_cover(front: Any, form: Form, cover: Mapping[str, Any]) -> None:
    from openpyxl.styles import Font
    from openpyxl.worksheet.datavalidation import DataValidation

    for number, line in enumerate(form.cover, start=1):
        front.append([line.heading, cover.get(line.name), line.hint])
        front.cell(row=number, column=1).font = Font(bold=True)
        if line.choices:
            choices = ",".join(line.choices)
            choice = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True)
            front.add_data_validation(choice)
            choice.add(f"B{number}")
    _set_widths(front, (("A", 22), ("B", 36), ("C", 70)))


def _write_table(sheet: Any, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font, PatternFill

    sheet.append([column.heading for column in columns])
    for cell, column in zip(sheet[1], columns, strict=True):
        cell.font = Font(bold=True, color="FFFFFF" if column.required else "000000")
        cell.fill = PatternFill("solid", fgColor="00118F" if column.required else "D9E6FF")
        _set_widths(sheet, ((cell.column_letter, max(12, len(column.heading) * 2 + 2)),))
        # Text format keeps leading zeros and stops 13 digits from turning into 4.01E+12.
        for number in range(2, max(202, len(rows) + 2)) if column.as_text else ():
            sheet.cell(row=number, column=cell.column).number_format = "@"
    for number, row in enumerate(rows, start=2):
        for at, column in enumerate(columns, start=1):
            value = row.get(column.name)
            if isinstance(value, str):
                value = ILLEGAL_CHARACTERS_RE.sub("", value)
            cell = sheet.cell(row=number, column=at, value=value)
            # A firm may be called 「=…」: a name is never a formula.
            if column.as_text and isinstance(cell.value, str):
                cell.data_type = "s"
    sheet.freeze_panes = "C2"


def _write_guide(guide: Any, columns: Sequence[Column], texts: Sequence[str]) -> None:
    guide.append(["見出し", "必須", "書き方"])
    for column in columns:
        guide.append([column.heading, "必須" if column.required else "", column.hint])
    guide.append([])
    for text in texts:
        guide.append([text])
    _set_widths(guide, (("A", 28), ("B", 8), ("C", 90)))


def _set_widths(sheet: Any, widths: Sequence[tuple[str, int]]) -> None:
    for letter, width in widths:
        sheet.column_dimensions[letter].width = width
