"""Lists to take away (CSV, XLSX): statistics by ward, firms' accounts, the panel's sums."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from kpi.series import prices, selectors, tables, words
from kpi.series.models import Accounts
from kpi.series.policies import visible_accounts
from kpi.series.rules import COMPONENTS, LETTERS, datasets, value_added
from portal.exports.cells import as_number
from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from programs.rules import fold
from programs.selectors import ward_names

CHUNK = 500


def _staff(actor: Actor) -> bool:
    return actor.hat in {Hat.WARD, Hat.POLICY, Hat.AUDITOR}


def _names_firms(actor: Actor) -> bool:
    return actor.hat in {Hat.WARD, Hat.AUDITOR}


def _statistics(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    """As the page shows it; money in 円, what is kept secret as χ."""
    table = tables.statistics(tables.asked(dict(params)), today=clock.today())
    for line in table.lines:
        told = selectors.told_of(line.row) if line.row else {}
        hidden = set(line.row.hidden) if line.row else set()
        yield [
            str(table.dataset.name),
            table.year,
            line.ward_id,
            line.name,
            *(
                tables.HIDDEN if column in hidden else told.get(column)
                for column in datasets.COLUMNS
            ),
            as_number(line.head),
            line.note,
            table.edition.source if table.edition else "",
            table.edition.published_on if table.edition else None,
            table.edition.retrieved_on if table.edition else None,
        ]


register(
    Report(
        code="series-statistics",
        title=gettext_lazy("区ごとの統計の一覧"),
        columns=(
            Column(gettext_lazy("統計")),
            Column(gettext_lazy("調査年")),
            Column(gettext_lazy("地方公共団体コード")),
            Column(gettext_lazy("区")),
            *(
                Column(words.COLUMNS[column], "yen" if column in datasets.MONEY else "number")
                for column in datasets.COLUMNS
            ),
            Column(gettext_lazy("従業者1人当たりの付加価値額（千円）")),
            Column(gettext_lazy("注")),
            Column(gettext_lazy("出典")),
            Column(gettext_lazy("公表日"), "date"),
            Column(gettext_lazy("取得日"), "date"),
        ),
        rows=_statistics,
        count=lambda _actor, _params: len(ward_names()),
        may=_staff,
        filters=("dataset", "year", "industry", "size"),
    )
)


def _accounts(actor: Actor, params: Params) -> QuerySet[Accounts]:
    rows = selectors.newest(visible_accounts(actor))
    for word in params.get("q", "").split():
        rows = rows.filter(firm__search_text__contains=fold(word))
    return rows


def _account_cells(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    names = ward_names()
    rows = _accounts(actor, params).select_related("firm")
    for row in rows.iterator(chunk_size=CHUNK):
        added = value_added(selectors.figures_of(row))
        yield [
            row.firm.corporate_number or "",
            row.firm.name,
            names[row.ward_id],
            row.period_end,
            row.months,
            *(getattr(row, item.code) for item in COMPONENTS),
            *(added.get(letter) for letter in LETTERS),
            str(row.get_source_display()),
            row.number,
        ]


register(
    Report(
        code="series-accounts",
        title=gettext_lazy("企業の決算の一覧"),
        columns=(
            Column(gettext_lazy("法人番号")),
            Column(gettext_lazy("企業名")),
            Column(gettext_lazy("区")),
            Column(gettext_lazy("決算日"), "date"),
            Column(gettext_lazy("決算期の月数"), "number"),
            *(Column(item.label, "yen" if item.is_yen else "number") for item in COMPONENTS),
            Column(gettext_lazy("付加価値額（計算式A）"), "yen"),
            Column(gettext_lazy("付加価値額（計算式B）"), "yen"),
            Column(gettext_lazy("付加価値額（計算式C）"), "yen"),
            Column(gettext_lazy("出所")),
            Column(gettext_lazy("版"), "number"),
        ),
        rows=_account_cells,
        count=lambda actor, params: _accounts(actor, params).count(),
        may=_names_firms,
        filters=("q",),
    )
)


def _panel_lines(params: Params) -> list[tables.PanelLine]:
    ward = params.get("ward", "")
    return tables.panel_years(int(ward) if ward.isdecimal() and len(ward) < 9 else None)


def _panel_cells(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for line in _panel_lines(params):
        yield [
            line.key,
            line.firms,
            *(as_number(line.heads[letter]) for letter in LETTERS),
            *(line.counts[letter] for letter in LETTERS),
            line.both,
            as_number(line.growth),
            line.left,
            line.joined,
        ]


def _ward_cells(_actor: Actor, _params: Params) -> Iterator[Sequence[Cell]]:
    """What the page withholds stays empty here."""
    for line in tables.panel_wards():
        told = [
            line.firms,
            *(as_number(line.heads[letter]) for letter in LETTERS),
            as_number(line.growth),
        ]
        hidden = [None] * len(told)
        yield [line.key, line.label, *(hidden if line.is_hidden else told), line.is_hidden]


register(
    Report(
        code="series-wards",
        title=gettext_lazy("区ごとの労働生産性"),
        columns=(
            Column(gettext_lazy("地方公共団体コード"), "number"),
            Column(gettext_lazy("区")),
            Column(gettext_lazy("企業数"), "number"),
            Column(gettext_lazy("計算式A（千円／人）")),
            Column(gettext_lazy("計算式B（千円／人）")),
            Column(gettext_lazy("計算式C（千円／人）")),
            Column(gettext_lazy("同じ企業の伸び（計算式A、%）")),
            Column(gettext_lazy("非公表")),
        ),
        rows=_ward_cells,
        count=lambda _actor, _params: len(tables.panel_wards()),
        may=_staff,
    )
)


def _growth_cells(_actor: Actor, _params: Params) -> Iterator[Sequence[Cell]]:
    for line in tables.users_and_others():
        yield [
            line.fiscal_year,
            as_number(line.users),
            line.users_n,
            as_number(line.others),
            line.others_n,
            as_number(line.points),
            line.pending,
            line.without_base,
            line.refused,
        ]


register(
    Report(
        code="series-growth",
        title=gettext_lazy("付加価値額の増加率：交付企業と非交付企業（2-KGI、記述）"),
        columns=(
            Column(gettext_lazy("完了した年度"), "number"),
            Column(gettext_lazy("交付企業（%）")),
            Column(gettext_lazy("交付企業の数"), "number"),
            Column(gettext_lazy("非交付企業（%）")),
            Column(gettext_lazy("非交付企業の数"), "number"),
            Column(gettext_lazy("差（ポイント）")),
            Column(gettext_lazy("決算待ちの交付企業"), "number"),
            Column(gettext_lazy("前の付加価値額が0以下の企業"), "number"),
            Column(gettext_lazy("不交付の企業"), "number"),
        ),
        rows=_growth_cells,
        count=lambda _actor, _params: len(tables.users_and_others()),
        may=_staff,
    )
)


def _real_cells(_actor: Actor, _params: Params) -> Iterator[Sequence[Cell]]:
    found = prices.real()
    for line in found.lines if found else ():
        yield [
            line.year,
            as_number(line.nominal),
            as_number(line.nominal_growth),
            found.prices.name if found and found.prices else "",
            found.prices.base_year if found and found.prices else None,
            as_number(line.index),
            as_number(line.real),
            as_number(line.real_growth),
            line.note,
        ]


register(
    Report(
        code="series-real",
        title=gettext_lazy("労働生産性（1-KGI）の名目と実質"),
        columns=(
            Column(gettext_lazy("年"), "number"),
            Column(gettext_lazy("名目（千円／人）")),
            Column(gettext_lazy("名目の伸び（%）")),
            Column(gettext_lazy("デフレーターの名前")),
            Column(gettext_lazy("基準年"), "number"),
            Column(gettext_lazy("指数")),
            Column(gettext_lazy("実質（千円／人）")),
            Column(gettext_lazy("実質の伸び（%）")),
            Column(gettext_lazy("注")),
        ),
        rows=_real_cells,
        count=lambda _actor, _params: len(found.lines) if (found := prices.real()) else 0,
        may=_staff,
    )
)

register(
    Report(
        code="series-productivity",
        title=gettext_lazy("労働生産性（計算式A・B・C）の一覧"),
        columns=(
            Column(gettext_lazy("決算の年")),
            Column(gettext_lazy("企業数"), "number"),
            Column(gettext_lazy("計算式A（千円／人）")),
            Column(gettext_lazy("計算式B（千円／人）")),
            Column(gettext_lazy("計算式C（千円／人）")),
            Column(gettext_lazy("計算式Aの企業数"), "number"),
            Column(gettext_lazy("計算式Bの企業数"), "number"),
            Column(gettext_lazy("計算式Cの企業数"), "number"),
            Column(gettext_lazy("前の年もある企業数"), "number"),
            Column(gettext_lazy("同じ企業の伸び（計算式A、%）")),
            Column(gettext_lazy("前の年だけの企業数"), "number"),
            Column(gettext_lazy("この年からの企業数"), "number"),
        ),
        rows=_panel_cells,
        count=lambda _actor, params: len(_panel_lines(params)),
        may=_staff,
        filters=("ward",),
    )
)
