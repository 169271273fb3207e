"""The sheet itself: reading one that was handed in, writing an empty one to fill in.

openpyxl and what it brings cost a process 34 MB: it is loaded by who handles a workbook.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import IO, TYPE_CHECKING

from django.utils.translation import gettext as _

from programs.importing.cells import Cell, japanese_names, short_name
from programs.importing.columns import COLUMNS, MAX_ROWS

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

SHEET = "企業名簿"
GUIDE = "記入方法"
Row = tuple[int, dict[str, Cell]]


class UnreadableWorkbook(ValueError):
    """The file as a whole cannot be taken; the message says why and what to do."""


def rows(file: IO[bytes]) -> Iterator[Row]:
    """Filled rows below the head as (row number, letter → cell), read as a stream.

    Formulas are not evaluated: they arrive as such and are refused by the readers. Raises
    UnreadableWorkbook, also while iterating.
    """
    from openpyxl import load_workbook

    try:
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # openpyxl lets through whatever a broken file provokes
        raise UnreadableWorkbook(
            _(
                "ファイルを開けませんでした。Excelで開いて「Excelブック（.xlsx）」で保存し直してください。"
            )
        ) from error
    sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
    width = len(COLUMNS)
    found = False
    for number, cells in enumerate(sheet.iter_rows(max_col=width), start=1):
        row = {
            column.letter: Cell(cell.value, cell.data_type)
            for column, cell in zip(COLUMNS, cells, strict=False)
        }
        if number == 1:
            _check_head(row)
            continue
        if all(cell.is_blank for cell in row.values()):
            continue
        if number > MAX_ROWS + 1:
            raise UnreadableWorkbook(
                _("一度に取り込めるのは%(rows)d行までです。ファイルを分けてください。")
                % {"rows": MAX_ROWS}
            )
        found = True
        yield number, row
    if not found:
        raise UnreadableWorkbook(_("2行目から下に企業が1件もありません。"))


def _check_head(row: dict[str, Cell]) -> None:
    """Row 1 must be the template's: columns that moved would put values in the wrong field."""
    for column in COLUMNS:
        actual = row.get(column.letter, Cell(None)).text
        if actual != column.heading:
            raise UnreadableWorkbook(
                _(
                    "1行目の見出しが様式と違います。%(cell)sは「%(expected)s」のはずですが"
                    "「%(actual)s」です。様式をダウンロードし、列を変えずに入力してください。"
                )
                % {"cell": f"{column.letter}1", "expected": column.heading, "actual": actual}
            )


def template() -> bytes:
    """An empty workbook with the head, choices to pick from, and a sheet that explains it."""
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    _write_head(sheet)
    _offer_choices(sheet)
    _write_guide(book.create_sheet(GUIDE))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write_head(sheet: "Worksheet") -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    for index, column in enumerate(COLUMNS, start=1):
        cell = sheet.cell(row=1, column=index, value=column.heading)
        cell.font = Font(bold=True, color="FFFFFF" if column.required else "000000")
        cell.fill = PatternFill("solid", fgColor="00118F" if column.required else "D9E6FF")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[column.letter].width = max(14, len(column.heading) * 2 + 2)
        # Text format keeps leading zeros and stops 13 digits from turning into 4.01E+12.
        if column.name not in {"employees", "capital_yen", "established_on"}:
            sheet.column_dimensions[column.letter].number_format = "@"
            for number in range(2, 202):
                sheet.cell(row=number, column=index).number_format = "@"
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "C2"


def _offer_choices(sheet: "Worksheet") -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    names = japanese_names()
    codes = ",".join(names["jsic"])
    # A list in a validation may hold 255 characters: the names' first parts fit.
    types = ",".join(short_name(name) for name in names["production_type"].values())
    for letter, choices in (("F", codes), ("G", types)):
        validation = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True)
        sheet.add_data_validation(validation)
        validation.add(f"{letter}2:{letter}{MAX_ROWS + 1}")


def _write_guide(sheet: "Worksheet") -> None:
    sheet.append(["列", "見出し", "必須", "書き方"])
    for column in COLUMNS:
        required = "必須" if column.required else ""
        sheet.append([column.letter, column.heading, required, column.hint])
    sheet.append([])
    for line in (
        f"1行目の見出しは変えないでください。2行目から、1行に1社、{MAX_ROWS:,}行までです。",
        "法人番号が同じ企業（個人事業主は企業名と郵便番号が同じ企業）は、新しく登録せずに内容を更新します。",
        "空欄の項目は、登録済みの内容をそのまま残します。",
        "企業が自分で情報を管理している場合と、ほかの区だけで登録されている場合は、変更しません。",
    ):
        sheet.append(["", line])
    sheet.append([])
    sheet.append(["", "業種番号", "", "業種（日本標準産業分類・中分類）"])
    for code, name in japanese_names()["jsic"].items():
        sheet.append(["", code, "", name])
    for letter, width in (("A", 6), ("B", 28), ("C", 8), ("D", 80)):
        sheet.column_dimensions[letter].width = width
