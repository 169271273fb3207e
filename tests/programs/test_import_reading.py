"""Every way in which a row or a sheet can be wrong, each with its cell and its words."""

import datetime as dt
from io import BytesIO

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook

from programs.importing import workbook
from programs.importing.columns import COLUMNS, MAX_ROWS, read_row
from programs.models import Ward
from tests.factories.programs import SUMIDA, corporate_number
from tests.programs.books import GOOD, good_row, make_book

pytestmark = pytest.mark.django_db


@pytest.fixture
def sumida() -> Ward:
    return Ward.objects.get(pk=SUMIDA)


def read(ward: Ward, **cells):
    """The one row of a real workbook, read as the import reads it."""
    (number, row), *rest = workbook.rows(BytesIO(make_book([GOOD | cells])))
    assert not rest
    return read_row(number, row, ward)


def test_a_faultless_row_gives_values_as_they_will_be_stored(sumida):
    row = read(sumida)
    assert row.errors == {}
    assert row.values == {
        "corporate_number": corporate_number(900_000),
        "name": "株式会社八広製作所",
        "name_kana": "ヤヒロセイサクショ",
        "employees": 12,
        "capital_yen": 10_000_000,
        "jsic": "24",
        "production_type": "mto",
        "postal_code": "1310041",
        "address": "東京都墨田区八広1-1-1",
        "representative_name": "八広 一郎",
        "phone": "03-1111-2222",
        "email": "info@example.jp",
        "website": "https://example.jp/",
        "established_on": "2001-04-01",
    }


@pytest.mark.parametrize(
    ("cell", "value", "message"),
    [
        ("A", "123", "A2：法人番号は13桁です（いま3桁）"),
        ("A", "5011001098993", "A2：どこか1桁が違うようです"),
        ("A", "11001098993", "A2：法人番号は13桁です"),
        ("A", "011001098993", "先頭に「4」を付けた13桁が法人番号です（いま「011001098993」）"),
        ("A", None, "A2：法人番号を入力してください（企業名「株式会社八広製作所」は法人です）"),
        ("B", None, "B2：企業名を入力してください。"),
        ("B", "  ", "B2：企業名を入力してください。"),
        ("B", "あ" * 201, "B2：200文字以内で入力してください（201文字あります）"),
        ("B", "改\u202e行", "B2：使えない文字（制御文字など）が含まれています"),
        ("D", None, "D2：従業員数を入力してください。"),
        ("D", "二十", "D2：従業員数は0以上の整数で入力してください（いま「二十」）"),
        ("D", -1, "D2：従業員数は0以上の整数で入力してください（いま「-1」）"),
        ("D", 1.5, "D2：従業員数は0以上の整数で入力してください（いま「1.5」）"),
        ("D", True, "D2：「TRUE／FALSE」は使えません"),
        ("D", "=1+1", "D2：計算式は取り込めません。値に置き換えてください（いま「=1+1」）"),
        ("D", "#N/A", "D2：エラー値です"),
        ("E", "300万円", "E2：資本金は円単位の数字で入力してください"),
        ("E", -5, "E2：資本金は円単位の数字で入力してください"),
        ("F", "33", "F2：業種は日本標準産業分類の中分類番号（09〜32）で入力してください"),
        ("F", "241", "F2：業種は"),
        ("F", None, "F2：業種番号を入力してください。"),
        ("G", "なんでも", "G2：生産形態は次のどれかを入力してください"),
        ("H", "131-004", "H2：郵便番号は7桁の数字で入力してください"),
        ("H", "0000000", "H2：この郵便番号は見つかりません"),
        ("H", None, "H2：郵便番号を入力してください。"),
        (
            "H",
            "144-0034",
            "H2：墨田区の郵便番号ではありません（いま「1440034」）。本社が区外のときは",
        ),
        ("I", None, "I2：所在地を入力してください。"),
        ("K", 312345678, "K2：電話番号が数値になり、先頭の0が消えています"),
        ("K", "内線なし", "K2：電話番号は数字とハイフンで"),
        ("L", "info", "L2：メールアドレスの形になっていません"),
        ("M", "example.jp", "M2：ウェブサイトはhttps://から"),
        ("M", "javascript:alert(1)", "M2：ウェブサイトはhttps://から"),
        ("N", "去年", "N2：日付で入力してください"),
        ("N", "2001-02-30", "N2：日付で入力してください"),
        ("O", "八広工場", "P2：区内事業所の郵便番号を入力してください。"),
    ],
)
def test_each_fault_names_its_cell_and_what_to_write(sumida, cell, value, message):
    found = read(sumida, **{cell: value}).messages
    assert any(message in sentence for sentence in found), found


def test_several_faults_of_a_row_are_all_told_in_the_order_of_the_sheet(sumida):
    found = read(sumida, B=None, D="x", N="y").messages
    assert [sentence[:3] for sentence in found] == ["B2：", "D2：", "N2："]


@pytest.mark.parametrize(
    ("cell", "value", "field", "stored"),
    [
        ("A", 4011001098993, "corporate_number", "4011001098993"),
        ("D", "１，０００人", "employees", 1000),
        ("D", 20.0, "employees", 20),
        ("E", "￥3,000,000", "capital_yen", 3_000_000),
        ("F", 9, "jsic", "09"),
        ("F", "09", "jsic", "09"),
        ("F", "24 金属製品製造業", "jsic", "24"),
        ("F", "金属製品製造業", "jsic", "24"),
        ("G", "見込生産（量産・パーツ型、MTS）", "production_type", "mts"),
        ("G", "MTS", "production_type", "mts"),
        ("H", 1310041, "postal_code", "1310041"),
        ("H", "〒１３１－００４１", "postal_code", "1310041"),
        ("N", dt.date(2001, 4, 1), "established_on", "2001-04-01"),
        ("N", "2001/4/1", "established_on", "2001-04-01"),
    ],
)
def test_what_people_write_is_taken(sumida, cell, value, field, stored):
    row = read(sumida, **{cell: value})
    assert row.errors == {}
    assert row.values[field] == stored


def test_a_head_office_elsewhere_needs_a_site_in_the_ward(sumida):
    away = {"H": "332-0001", "I": "埼玉県川口市朝日1-1"}
    site = {"O": "八広工場", "P": "131-0041", "Q": "東京都墨田区八広2-2"}
    assert "H2" in read(sumida, **away).messages[0]
    assert read(sumida, **away, **site).errors == {}
    elsewhere = read(sumida, **away, **site | {"P": "144-0034"}).messages
    assert elsewhere == ["P2：墨田区の郵便番号ではありません（いま「1440034」）。"]


def test_a_sole_proprietor_has_no_number(sumida):
    row = read(sumida, A=None, B="八広製作所", E=None)
    assert row.errors == {}
    assert "corporate_number" not in row.values


def test_long_wrong_values_are_cut_short_in_the_message(sumida):
    (message,) = read(sumida, D="長" * 500).messages
    assert len(message) < 100


def test_the_sheet_is_japanese_whatever_the_screens_language(sumida):
    with translation.override("en"):
        assert read(sumida, F="金属製品製造業", G="受注生産").errors == {}


def unreadable(content: bytes) -> str:
    with pytest.raises(workbook.UnreadableWorkbook) as refusal:
        list(workbook.rows(BytesIO(content)))
    return str(refusal.value)


def test_no_workbook_at_all():
    assert "ファイルを開けませんでした" in unreadable(b"PK\x03\x04 no workbook")


def test_other_headings():
    book = load_workbook(BytesIO(make_book([good_row()])))
    book[workbook.SHEET]["D1"] = "人数"
    stream = BytesIO()
    book.save(stream)
    message = unreadable(stream.getvalue())
    assert "D1は「従業員数」のはずですが「人数」です" in message


def test_an_empty_sheet():
    assert "1件もありません" in unreadable(workbook.template())


def test_too_many_rows():
    book = Workbook(write_only=True)
    sheet = book.create_sheet(workbook.SHEET)
    sheet.append([column.heading for column in COLUMNS])
    for _ in range(MAX_ROWS + 1):
        sheet.append(["x"])
    stream = BytesIO()
    book.save(stream)
    assert "5000行まで" in unreadable(stream.getvalue())


def test_blank_rows_between_are_skipped_and_keep_the_numbers():
    content = make_book([good_row(0), {}, {}, good_row(1)])
    assert [number for number, _row in workbook.rows(BytesIO(content))] == [2, 5]


def test_the_template_offers_choices_and_explains_itself():
    book = load_workbook(BytesIO(workbook.template()))
    assert book.sheetnames == ["企業名簿", "記入方法"]
    head = [cell.value for cell in book["企業名簿"][1]]
    assert head == [column.heading for column in COLUMNS]
    assert book["企業名簿"]["A2"].number_format == "@"
    lists = {str(v.sqref): v.formula1 for v in book["企業名簿"].data_validations.dataValidation}
    assert "受注生産" in lists["G2:G5001"]
    assert len(lists["F2:F5001"]) < 255
    guide = [row[3].value for row in book["記入方法"].iter_rows()]
    assert "金属製品製造業" in guide
