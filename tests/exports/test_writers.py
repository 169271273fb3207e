"""What the files hold: read back by another program than wrote them."""

import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest

from portal.exports.reports import Column
from portal.exports.writers import writer
from tests.exports.worker_reports import HOSTILE

COLUMNS = [
    Column("=名前"),
    Column("金額", "yen"),
    Column("日", "date"),
    Column("時", "moment"),
    Column("年度", "number"),
]
AT = dt.datetime(2026, 11, 21, 8, 30, tzinfo=dt.UTC)
DAY = dt.date(2026, 3, 31)


def made(file_format, rows):
    stream = io.BytesIO()
    file = writer(file_format, stream, COLUMNS, "台帳[1]/2026")
    for row in rows:
        file.row(row)
    file.close()
    return stream.getvalue()


def cells(data):
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    return sheet, list(sheet.iter_rows())


def test_a_workbook_reads_back_with_its_kinds():
    sheet, (head, first, second) = cells(
        made("xlsx", [("町工場 <&> \"'", 1_234_567, DAY, AT, 2026), (None, 0, None, None, True)])
    )
    assert sheet.title == "台帳12026"
    assert [cell.value for cell in head] == ["'=名前", "金額", "日", "時", "年度"]
    assert [str(cell.value) for cell in first] == [
        "町工場 <&> \"'",
        "1234567",
        "2026-03-31 00:00:00",
        "2026-11-21 17:30:00",
        "2026",
    ]
    assert [cell.value for cell in second] == [None, 0, None, None, True]
    assert first[1].number_format == "#,##0"
    assert first[4].number_format == "General"
    assert first[2].number_format == "yyyy\\-mm\\-dd"
    assert sheet.freeze_panes == "A2"


def test_csv_opens_in_excel_with_japanese_intact():
    data = made("csv", [('町工場, "株"', 1_234_567, DAY, AT, 2026)])
    assert data.startswith("\ufeff'=名前,金額,日,時,年度\r\n".encode())
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[1] == [
        '町工場, "株"',
        "1234567",
        "2026-03-31",
        "2026-11-21 17:30",
        "2026",
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_a_person_typed_becomes_a_formula(text):
    _sheet, rows = cells(made("xlsx", [(text, 1, DAY, AT, 1)]))
    assert rows[1][0].data_type == "s"
    # openpyxl, as Excel does, reads a carriage return of the XML as a line feed.
    assert rows[1][0].value.replace("\n", "\r") == f"'{text}"
    read = list(
        csv.reader(
            io.StringIO(made("csv", [(text, 1, DAY, AT, 1)]).decode("utf-8-sig"), newline="")
        )
    )
    assert read[1][0] == f"'{text}"


def test_what_xml_cannot_hold_is_left_out():
    _sheet, rows = cells(made("xlsx", [("a\x00b\x1b\ufffec\ud800", -5, None, None, None)]))
    assert (rows[1][0].value, rows[1][1].value) == ("abc", -5)


def test_a_cell_is_no_longer_than_excel_allows():
    _sheet, rows = cells(made("xlsx", [("長" * 40_000, 1, None, None, None)]))
    assert len(rows[1][0].value) == 32_767


def test_many_rows_need_no_more_memory_than_few(tmp_path):
    import tracemalloc

    peaks = []
    for count in (2_000, 20_000):
        tracemalloc.start()
        with (tmp_path / "a.xlsx").open("wb") as stream:
            file = writer("xlsx", stream, COLUMNS, "台帳")
            for number in range(count):
                file.row((f"株式会社町工場{number}", number, DAY, AT, 2026))
            file.close()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.2


def test_a_workbook_does_not_carry_the_time_it_was_written():
    stream = io.BytesIO()
    book = writer("xlsx", stream, [Column("額", "yen")], "一覧")
    book.row([499_000])
    book.close()
    with zipfile.ZipFile(stream) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_number_below_zero_is_a_number_and_a_text_like_it_is_guarded():
    row = ("-1+1|cmd", Decimal("-24.30"), DAY, AT, Decimal("0.5"))
    _sheet, (_head, cells_) = cells(made("xlsx", [row]))
    assert [(cell.data_type, cell.value) for cell in (cells_[0], cells_[1], cells_[4])] == [
        ("s", "'-1+1|cmd"),
        ("n", -24.3),
        ("n", 0.5),
    ]
    line = made("csv", [row]).decode("utf-8-sig").splitlines()[1].split(",")
    assert (line[0], line[1], line[4]) == ("'-1+1|cmd", "-24.30", "0.5")
