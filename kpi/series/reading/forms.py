"""The two forms of workbook: a statistic by ward, industry and size; accounting years of firms."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from kpi.series.models import Accounts
from kpi.series.reading import cells
from kpi.series.reading.books import MAX_ROWS, Column, Form, Line
from kpi.series.rules import COMPONENTS, datasets
from programs.importing.cells import Cell, CellError, corporate_number, date, text
from programs.rules import fold

UNIT_NAMES = {"円": "yen", "千円": "thousand", "万円": "ten_thousand", "百万円": "million"}
DATASET_NAMES = {
    "経済構造実態調査": datasets.STRUCTURE,
    "経済センサス": datasets.CENSUS,
    "区の実態調査": datasets.WARD,
    "その他": datasets.OTHER,
}
SOURCE_NAMES = {
    "区が企業から集めた": Accounts.Source.IMPORT.value,
    "相談員が聞き取った": Accounts.Source.ADVISOR.value,
}
HEADINGS = {
    "sales": "売上高",
    "cost": "売上原価",
    "wages": "うち労務費",
    "salaries": "人件費（販管費）",
    "profit": "営業利益",
    "depreciation": "減価償却費",
    "rent": "賃借料",
    "taxes": "租税公課",
    "people": "従業員数",
    "hours": "総労働時間",
}
FIRST_YEAR, LAST_YEAR = 1990, 2199


def _one_of(names: Mapping[str, str]) -> Any:
    def reader(cell: Cell) -> str:
        for name, code in names.items():
            if fold(cell.text) == fold(name):
                return code
        shown = _("、").join(names)
        raise CellError(_("次のどれかを入力してください：%(names)s") % {"names": shown})

    return reader


def year(cell: Cell) -> int:
    """「2024」, 「2024年」."""
    text = cells.plain(cell).removesuffix("年")
    if not text.isdecimal() or len(text) != 4 or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise CellError(_("西暦の4桁で入力してください。例：2024"))
    return int(text)


_UNIT = Line(
    "unit",
    "金額の単位",
    _one_of(UNIT_NAMES),
    choices=tuple(UNIT_NAMES),
    hint="表の金額はすべてこの単位で入力します。公表された表の単位と同じにしてください。",
)


def _statistics_columns(about: Mapping[str, Any]) -> Sequence[Column]:
    money = cells.figure(unit=datasets.UNITS[about.get("unit", "yen")])
    number = cells.figure()
    marks = "χかxは秘匿、-は該当なし（0）、…は不詳。"
    return (
        Column("ward", "区", cells.ward, True, "団体コード（13101〜13123）か区名", as_text=True),
        Column(
            "industry",
            "産業",
            cells.industry,
            True,
            "日本標準産業分類・中分類の番号（09〜32）。製造業の合計は「計」",
            as_text=True,
        ),
        Column(
            "size",
            "従業者規模",
            cells.size,
            True,
            "計、1〜3人、4〜9人、10〜19人、20〜29人、30〜49人、50〜99人、100〜299人、300人以上",
            as_text=True,
        ),
        Column("establishments", "事業所数", number, False, marks),
        Column("employees", "従業者数", number, False, marks),
        Column("shipments", "製造品出荷額等", money, False, marks),
        Column(
            "value_added",
            "付加価値額",
            money,
            False,
            f"30人以上の事業所と、公表された合計。{marks}",
        ),
        Column(
            "gross_value_added",
            "粗付加価値額",
            money,
            False,
            f"29人以下の事業所（付加価値額とは分けて入力します）。{marks}",
        ),
    )


STATISTICS = Form(
    sheet="統計",
    cover=(
        Line(
            "dataset",
            "統計の種類",
            _one_of(DATASET_NAMES),
            choices=tuple(DATASET_NAMES),
            hint="経済センサスの年は、前後の年とつながらない年として扱います。",
        ),
        Line("year", "調査年", year, hint="数字が表す年（西暦）。例：2024"),
        _UNIT,
        Line("published_on", "公表日", date, required=False, hint="例：2025/12/26"),
        Line(
            "retrieved_on",
            "取得日",
            date,
            required=False,
            hint="空欄のときは、読み込んだ日にします。",
        ),
        Line("source", "出典", text(200), hint="統計の名前、表の番号、公表した機関"),
    ),
    columns=_statistics_columns,
    guide=(
        f"1行目の見出しは変えないでください。2行目から、{MAX_ROWS:,}行までです。",
        "セルを結合しないでください。計算式は値に置き換えてください。",
        "金額は名目の額です。消費税などの扱いは、公表された統計のとおりです。",
    ),
)


def _accounts_columns(about: Mapping[str, Any]) -> Sequence[Column]:
    unit = datasets.UNITS[about.get("unit", "yen")]
    money, number = cells.figure(unit=unit, marks=False), cells.count
    return (
        Column(
            "number", "法人番号", corporate_number, False, "13桁。個人事業主は空欄", as_text=True
        ),
        Column("name", "企業名", text(200), True, "登記の名称。個人事業主は屋号", as_text=True),
        Column("period_end", "決算日", date, True, "2025/3/31、令和7年3月31日 など"),
        Column("months", "月数", cells.months, False, "決算期の月数。空欄は12か月"),
        *(
            Column(
                item.code,
                HEADINGS[item.code],
                money if item.is_yen else number,
                False,
                "赤字は頭に「△」か「-」" if item.kind == "signed_yen" else "",
            )
            for item in COMPONENTS
        ),
        Column(
            "agreed",
            "評価への利用の同意",
            cells.agreement,
            False,
            "企業が「あり」か「なし」と答えたとき。聞いていないときは空欄",
        ),
    )


ACCOUNTS = Form(
    sheet="決算",
    cover=(
        _UNIT,
        Line(
            "source",
            "出所",
            _one_of(SOURCE_NAMES),
            choices=tuple(SOURCE_NAMES),
            hint="数字をだれから受け取ったか",
        ),
    ),
    columns=_accounts_columns,
    guide=(
        f"1行目の見出しは変えないでください。1行に1社の1つの決算期、{MAX_ROWS:,}行までです。",
        "空欄の項目は、登録済みの数字をそのまま残します。",
        "労働生産性などの比率は入力しません。ここの数字から、計算式A・B・Cで計算します。",
        "セルを結合しないでください。計算式は値に置き換えてください。",
    ),
)
