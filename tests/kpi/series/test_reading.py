"""Files as people hand them in: full-width figures, marks, merged cells, wrong sheets. No database."""

import json
import re
import zipfile
from io import BytesIO

import pytest
from openpyxl import load_workbook

from kpi.series.models import IntakeRow
from kpi.series.reading import books, estat
from kpi.series.reading.cells import Mark
from kpi.series.reading.forms import ACCOUNTS, STATISTICS
from kpi.series.reading.opening import opened
from kpi.series.reading.planning import KnownFigures, plan_statistics
from programs.importing.workbook import UnreadableWorkbook
from tests.factories.series import changed, line, statistics_book

Outcome = IntakeRow.Outcome
NAMES = {13107: "墨田区", 13111: "大田区"}
MILLION = 1_000_000


def read(book: bytes):
    about, rows = books.read(BytesIO(book), STATISTICS)
    return about, list(rows)


def planned(rows, known=None, *, own_ward=None, year=2024, **cover):
    about, found = read(statistics_book(rows, **cover))
    found = [
        books.ReadRow(row.number, {"year": about["year"], **row.values}, row.places, row.errors)
        for row in found
    ]
    return plan_statistics(found, KnownFigures(known or {}), names=NAMES, own_ward=own_ward)


def test_a_sheet_is_read_in_its_unit_with_full_width_figures_and_marks():
    about, (row, gross) = read(
        statistics_book(
            [
                line(shipments="１５０，０００", value_added="χ"),
                line(
                    ward="131113",
                    industry=24,
                    size="４～９人",
                    value_added=None,
                    gross_value_added="△1.5",
                    shipments="…",
                    establishments="-",
                ),
            ]
        )
    )
    assert about["dataset"] == "structure"
    assert about["year"] == 2024
    assert about["published_on"] == "2025-07-31"
    assert row.values["employees"] == 10_000
    assert row.values["shipments"] == 150_000 * MILLION
    assert row.values["value_added"] is Mark.HIDDEN
    assert gross.values == {
        "ward": 13111,
        "industry": "24",
        "size": "4-9",
        "establishments": 0,
        "employees": 10_000,
        "shipments": Mark.UNKNOWN,
        "gross_value_added": -1_500_000,
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda book: book["統計"].merge_cells("A2:A3"), "結合されたセルがあります（A2:A3）"),
        (lambda book: setattr(book["統計"], "title", "Sheet1"), "「統計」のシートがありません"),
        (lambda book: book.remove(book["表紙"]), "「表紙」のシートがありません"),
        (lambda book: book["統計"].delete_cols(5), "見出しがありません：従業者数"),
        (lambda book: book["統計"].cell(1, 9, "備考"), "様式にないか、2つあります：備考"),
        (lambda book: book["統計"].cell(2, 11, 5), "2行目に、見出しのない列の値「5」"),
        (lambda book: book["統計"].delete_rows(2, 2), "数字が1行もありません"),
        (lambda book: book["表紙"].cell(3, 2, "億円"), "表紙 B3「金額の単位」：次のどれか"),
        (lambda book: book["表紙"].cell(2, 2, "令和6年度"), "西暦の4桁"),
        (lambda book: book["表紙"].cell(6, 2).__setattr__("value", None), "「出典」を入力して"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why_and_what_to_do(change, said):
    with pytest.raises(UnreadableWorkbook) as refused:
        read(changed(statistics_book([line(), line(industry="24")]), change))
    assert said in str(refused.value)


def test_no_workbook_at_all_is_told():
    with pytest.raises(UnreadableWorkbook, match="ファイルを開けませんでした"):
        read(b"PK\x03\x04 no workbook")
    with pytest.raises(UnreadableWorkbook, match="「決算」のシートがありません"):
        books.read(BytesIO(statistics_book([line()])), ACCOUNTS)


def test_columns_may_stand_in_another_order():
    def move(book):
        sheet = book["統計"]
        for number in (1, 2):
            a, b = sheet.cell(number, 1), sheet.cell(number, 5)
            a.value, b.value = b.value, a.value

    _about, (row,) = read(changed(statistics_book([line()]), move))
    assert (row.values["ward"], row.values["employees"]) == (13107, 10_000)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ward": "横浜市"}, "A2：特別区の団体コード"),
        ({"industry": "99"}, "B2：業種は日本標準産業分類"),
        ({"size": "5人"}, "C2：従業者規模は次のどれか"),
        ({"establishments": "九百"}, "D2：数字で入力してください"),
        ({"employees": -3}, "E2：0以上の整数"),
        ({"shipments": "△5"}, "F2：出荷額はマイナスになりません"),
        ({"value_added": "=1+1"}, "G2：計算式は取り込めません"),
        ({"size": "4〜9人"}, "G2：29人以下は粗付加価値額です"),
        ({"employees": 0.5}, "E2：小数は使えません"),
    ],
)
def test_a_wrong_cell_is_named_with_what_to_write(fields, said):
    (row,) = planned([line(**fields)])
    assert row.outcome == Outcome.ERROR
    assert any(message.startswith(said) for message in row.errors), row.errors


def test_what_a_row_would_do_follows_from_what_is_there():
    values = {
        "establishments": 900,
        "employees": 10_000,
        "shipments": 150_000 * MILLION,
        "value_added": 60_000 * MILLION,
        "hidden": [],
    }
    key = (2024, 13107, "00", "all")
    last = {(2023, 13107, "00", "all"): {**values, "value_added": 7_000 * MILLION}}

    def one(known, **fields):
        (row,) = planned([line(**fields)], known)
        return row

    assert one({}).outcome == Outcome.NEW
    assert one({key: values}).outcome == Outcome.SAME
    changed_row = one({key: values}, value_added=61_000)
    assert changed_row.outcome == Outcome.CHANGED
    assert changed_row.changes == {"value_added": [60_000 * MILLION, 61_000 * MILLION]}
    held = one(last)
    assert (held.outcome, held.becomes) == (Outcome.HELD, Outcome.NEW)
    assert held.held == [
        {
            "column": "value_added",
            "why": "jump",
            "value": 60_000 * MILLION,
            "before": 7_000 * MILLION,
        }
    ]
    hidden = one({}, value_added="x")
    assert hidden.outcome == Outcome.NEW
    assert hidden.values["hidden"] == ["value_added"]
    assert "value_added" not in hidden.values


def test_a_key_twice_and_another_wards_row_are_errors():
    first, twice = planned([line(), line()])
    assert first.outcome == Outcome.NEW
    assert twice.errors[0].startswith("A3：同じ区・産業・従業者規模が2行目")
    (other,) = planned([line(ward="大田区")], own_ward=13107)
    assert other.errors == ["A2：自分の区の行だけを取り込めます。"]


def test_a_unit_that_makes_most_rows_absurd_is_the_files_mistake():
    rows = [line(industry=code) for code in range(9, 20)]
    with pytest.raises(UnreadableWorkbook, match="金額の単位"):
        planned(rows, unit="千円")
    assert {row.outcome for row in planned(rows)} == {Outcome.NEW}


def estat_file(**value) -> bytes:
    cells = [
        {"@tab": "1", "@cat01": "E24", "@area": "13107", "@time": "2023000000", "$": "120"},
        {
            "@tab": "2",
            "@cat01": "E24",
            "@area": "13107",
            "@time": "2023000000",
            "@unit": "百万円",
            "$": "χ",
        },
        {"@tab": "1", "@cat01": "T", "@area": "13111", "@time": "2023000000", "$": "2000", **value},
    ]
    table = {
        "STAT_NAME": {"@code": "00200553", "$": "経済構造実態調査"},
        "TITLE": {"@no": "1", "$": "市区町村別"},
        "OPEN_DATE": "2024-12-26",
    }
    classes = [
        {
            "@id": "tab",
            "CLASS": [
                {"@code": "1", "@name": "従業者数", "@unit": "人"},
                {"@code": "2", "@name": "付加価値額（百万円）", "@unit": "百万円"},
            ],
        },
        {
            "@id": "cat01",
            "CLASS": [
                {"@code": "E24", "@name": "金属製品製造業"},
                {"@code": "T", "@name": "製造業計"},
            ],
        },
        {"@id": "area", "CLASS": {"@code": "13107", "@name": "墨田区"}},
        {"@id": "time", "CLASS": {"@code": "2023000000", "@name": "2023年"}},
    ]
    body = {"TABLE_INF": table, "CLASS_INF": {"CLASS_OBJ": classes}, "DATA_INF": {"VALUE": cells}}
    return json.dumps({"GET_STATS_DATA": {"STATISTICAL_DATA": body}}).encode()


def test_an_estat_file_becomes_rows():
    about, rows = estat.read(BytesIO(estat_file()))
    metal, whole = rows
    assert (about["dataset"], about["published_on"]) == ("structure", "2024-12-26")
    assert metal.values == {
        "ward": 13107,
        "year": 2023,
        "industry": "24",
        "size": "all",
        "employees": 120,
        "value_added": Mark.HIDDEN,
    }
    assert (whole.values["ward"], whole.values["industry"]) == (13111, "00")
    assert not metal.errors
    assert not whole.errors


def test_a_fiscal_year_is_known_by_its_name_too():
    _about, rows = estat.read(
        BytesIO(estat_file().replace(b'2023\\u5e74"', b'2023\\u5e74\\u5ea6"'))
    )
    errors = [error for row in rows for error in row.errors.values()]
    assert errors[0].startswith("時間軸「2023年度」は暦年ではありません")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{}", "e-Statの統計データ"),
        (b"\xff\xfe", "e-Statの統計データ"),
        (estat_file(**{"@tab": "9"}), "表章項目「9」は取り込めません"),
    ],
)
def test_another_json_is_refused_in_words(content, said):
    with pytest.raises(UnreadableWorkbook) as refused:
        list(estat.read(BytesIO(content))[1])
    assert said in str(refused.value)


def test_a_place_outside_the_wards_is_an_error_of_its_row():
    _about, rows = estat.read(BytesIO(estat_file(**{"@area": "14100"})))
    assert [bool(row.errors) for row in rows] == [False, True]


def rewritten(book: bytes, change) -> bytes:
    """The table's own XML after `change`: what no spreadsheet program writes."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(book)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name.endswith("sheet2.xml") else data)
    return stream.getvalue()


def tail(xml: bytes, row: bytes) -> bytes:
    claimed = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', xml)
    return claimed.replace(b"</sheetData>", row + b"</sheetData>")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (b'<row r="1048576"><c r="A1048576"/></row>', "100000行目より下"),
        (b'<row r="3"><c r="XFD3"><v>1</v></c></row>', "AZ列より右"),
        (b'<row r="3"><c r="BA3"><f>1+1</f></c></row>', "AZ列より右"),
        (b'<row r="300"><c r="AZ300"><v>1</v></c></row>', "見出しのない列の値"),
        (b"<row><c></row>", "中身を読めません"),
    ],
)
def test_a_sheet_that_claims_to_be_endless_is_not_followed(row, says):
    book = rewritten(statistics_book([line()]), lambda xml: tail(xml, row))
    with pytest.raises(UnreadableWorkbook, match=says):
        list(opened(BytesIO(book), STATISTICS)[1])


def test_blank_rows_below_and_formatted_columns_to_the_right_are_nothing():
    blank = b'<row r="9000"><c r="XFD9000" s="1"/></row>'
    book = rewritten(statistics_book([line()]), lambda xml: tail(xml, blank))
    assert len(list(opened(BytesIO(book), STATISTICS)[1])) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 200_000,
        estat_file().replace(b'"TABLE_INF": {', b'"TABLE_INF": [], "X": {'),
        estat_file().replace(b'"VALUE": [', b'"VALUE": ["text", '),
        estat_file().decode().encode("utf-16"),
        b'{"GET_STATS_DATA": ' + b"9" * 5_000 + b"}",
    ],
)
def test_json_of_another_shape_is_refused_and_never_an_error(content):
    with pytest.raises(UnreadableWorkbook):
        list(opened(BytesIO(content), None)[1])


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"@time": "-999"}, "年を読めません"),
        ({"@time": "0000000000"}, "年を読めません"),
        ({"@time": "２０２３"}, "年を読めません"),
        ({"@time": "2023100000"}, "暦年ではありません"),
        ({"@time": "2023000103"}, "暦年ではありません"),
        ({"$": "99999999999"}, "桁が多すぎます"),
        ({"@tab": "2", "@unit": "百万円", "$": "999999999999999"}, "桁が多すぎます"),
    ],
)
def test_figures_that_no_column_holds_are_errors_of_their_row(value, says):
    _about, rows = opened(BytesIO(estat_file(**value)), None)
    planned = plan_statistics(rows, KnownFigures(), names=NAMES, own_ward=None)
    assert says in "".join(planned[-1].errors)


def test_a_name_is_never_a_formula_of_the_template():
    book = books.template(ACCOUNTS, {}, [{"name": '=HYPERLINK("http://x\x07")'}])
    cell = load_workbook(BytesIO(book))["決算"]["B2"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("http://x")', "s")
