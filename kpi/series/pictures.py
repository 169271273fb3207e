"""The drawings of the pages of statistics and accounts, and their tables as pictures."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kpi.series import prices, tables
from kpi.series.models import Panel
from kpi.series.rules import LETTERS
from kpi.series.tables import PanelLine
from portal.ui import charts, pictures
from portal.ui.markup import era_date, fiscal_year_text, moment_text
from portal.ui.parts import Crumb


def links(report: str, kind: str, query: str) -> tuple[Crumb, ...]:
    """A table as a file for the filters of the page, and a drawing or table as a picture."""
    tail = f"?{query}" if query else ""
    files = tuple(
        Crumb(label, f"{reverse('exports:file', args=[report, form])}{tail}")
        for label, form in ((_("CSVを保存"), "csv"), (_("Excelを保存"), "xlsx"))
    )
    return files + pictures.links(
        lambda form: f"{reverse('series:picture', args=[kind, form])}{tail}"
    )


def productivity(
    years: Sequence[PanelLine], ward: int | None, place: str
) -> charts.LineChart | None:
    """A, B and C a head over the years; None with fewer than two years."""
    if len(years) < 2:
        return None
    last = years[-1]
    values = {"place": place, "year": last.label, "head": last.heads["A"]}
    title = (
        _("%(place)sの企業の労働生産性（計算式A）は、%(year)sに1人当たり%(head)s千円です") % values
    )
    if last.heads["A"] == "—":
        title = (
            _("%(place)sの%(year)sの労働生産性（計算式A）は、示せる企業の数に足りません") % values
        )
    caption = charts.Caption(
        key="productivity",
        title=title,
        note=_(
            "太い線：計算式A、破線：計算式B、点線：計算式C。単位は千円（従業員1人・1年当たり）。"
        ),
        source=panel_source(),
        links=(
            *links("series-productivity", "productivity", ward_query(ward)),
            Crumb(_("指標の定義"), reverse("kpi:definitions")),
        ),
    )
    series = [
        charts.Series(_("計算式C"), "previous", tuple(line.thousand["C"] for line in years)),
        charts.Series(_("計算式B"), "target", tuple(line.thousand["B"] for line in years)),
        charts.Series(_("計算式A"), "actual", tuple(line.thousand["A"] for line in years)),
    ]
    return charts.line_chart(caption, [line.label for line in years], series, head=_("決算の年"))


def real(found: prices.Real) -> charts.LineChart | None:
    """1-KGI in nominal and real terms; None with fewer than two years."""
    if len(found.lines) < 2:
        return None
    caption = charts.Caption(
        key="real",
        title=found.title,
        note=_("太い線：名目（公式）、破線：実質（参考）。単位は千円（従業者1人・1年当たり）。")
        + _real_notes(found),
        source=found.source,
        links=links("series-real", "real", ""),
    )
    series = [
        charts.Series(_("実質"), "target", tuple(one.real_thousand for one in found.lines)),
        charts.Series(_("名目"), "actual", tuple(one.thousand for one in found.lines)),
    ]
    labels = [_("%(year)d年") % {"year": one.year} for one in found.lines]
    return charts.line_chart(caption, labels, series, head=_("年"), from_zero=False)


def real_table(found: prices.Real) -> pictures.Table:
    """The same as a table."""
    base = found.prices.base_year if found.prices else prices.NOT_TOLD
    heads = [
        _("年"),
        _("名目（千円／人）"),
        _("名目の伸び"),
        _("デフレーター（%(base)s年＝100）") % {"base": base},
        _("実質（千円／人）"),
        _("実質の伸び"),
    ]
    rows = [
        [str(one.year), one.nominal, one.nominal_growth, one.index, one.real, one.real_growth]
        for one in found.lines
    ]
    note = _("伸びは%(base)s年から。公式の値は名目です。") % {"base": found.base}
    return pictures.Table(found.title, heads, rows, found.source, note + _real_notes(found))


def _real_notes(found: prices.Real) -> str:
    """What is said of single years: a picture goes away without the page's table."""
    return "".join(
        _("%(year)s年：%(note)s") % {"year": one.year, "note": one.note}
        for one in found.lines
        if one.note
    )


def ward_query(ward: int | None) -> str:
    return urlencode({"ward": ward}) if ward else ""


def panel_source() -> str:
    """The sums of our own firms, counted anew on the day of which they are."""
    ledgers = _("補助金の効果報告、企業の登録、区の取込（名目）")
    counted_on = Panel.objects.aggregate(on=Max("as_of"))["on"]
    if counted_on is None:
        return _("出典：%(what)s") % {"what": ledgers}
    values = {"what": ledgers, "day": era_date(counted_on)}
    return _("出典：%(what)s（%(day)s時点、同じ日に更新）") % values


def statistics(table: tables.Table, given: tables.Asked) -> charts.TileMap | None:
    """付加価値額 a head on the map of the wards; None where nothing is told."""
    heads = {line.ward_id: number(line.head) for line in table.lines}
    told = {ward: head for ward, head in heads.items() if head is not None}
    if not told:
        return None
    best = max(table.lines, key=lambda line: told.get(line.ward_id, -1))
    worst = min(table.lines, key=lambda line: told.get(line.ward_id, max(told.values()) + 1))
    title = _(
        "1人当たり付加価値額は%(best)sの%(high)s千円が最も高く、%(worst)sの%(low)s千円が最も低い"
    ) % {"best": best.name, "high": best.head, "worst": worst.name, "low": worst.head}
    if len(told) == 1:
        title = _("1人当たり付加価値額が分かるのは%(ward)sだけで、%(head)s千円です") % {
            "ward": best.name,
            "head": best.head,
        }
    caption = charts.Caption(
        key="map",
        title=title,
        note=_("区の位置をおおまかに並べた図です。－は、公表されていないか、伏せられています。"),
        source=statistics_source(table),
        links=links("series-statistics", "map", given.query),
    )
    return charts.tile_map(caption, heads, unit=pgettext("after a number", "千円"))


def statistics_source(table: tables.Table) -> str:
    """Whose statistic, of which year, and when it was taken over."""
    assert table.edition is not None
    values = {"source": table.edition.source, "year": table.year}
    values["day"] = era_date(table.edition.retrieved_on)
    values["at"] = moment_text(table.edition.taken_at)
    return _("出典：%(source)s（%(year)s年の数字、%(day)s取得、%(at)s更新）") % values


def number(text: str) -> int | None:
    """「−1,234」 as a number; None for what is not told."""
    plain = text.replace(",", "").replace("−", "-")
    return int(plain) if plain.lstrip("-").isdecimal() else None


def statistics_table(table: tables.Table) -> pictures.Table | None:
    """The 23 wards of the statistic."""
    if table.edition is None:
        return None
    columns = ("establishments", "employees", "shipments", "value_added", "gross_value_added")
    heads = [
        _("区"),
        _("事業所数"),
        _("従業者数"),
        _("製造品出荷額等"),
        _("付加価値額"),
        _("粗付加価値額"),
        _("1人当たり付加価値額"),
    ]
    rows = [
        [line.name, *(line.cells.get(column, tables.NOT_TOLD) for column in columns), line.head]
        for line in table.lines
    ]
    return pictures.Table(
        _("%(name)s：区ごとの統計（%(year)s年）")
        % {"name": table.dataset.name, "year": table.year},
        heads,
        rows,
        statistics_source(table),
        _("出荷額と付加価値額は百万円、1人当たり付加価値額は千円（従業者1人・1年当たり）です。"),
    )


def panel_table(lines: Sequence[PanelLine], title: str, head: str) -> pictures.Table:
    """A, B and C by year or ward."""
    formulas = [_("計算式%(letter)s") % {"letter": letter} for letter in LETTERS]
    heads = [head, _("企業数"), *formulas, _("同じ企業の伸び（計算式A）")]
    hidden = [_("非公表")] * (len(LETTERS) + 2)
    rows = [
        [
            line.label,
            *(
                hidden
                if line.is_hidden
                else (f"{line.firms:,}", *(line.heads[letter] for letter in LETTERS), line.growth)
            ),
        ]
        for line in lines
    ]
    return pictures.Table(
        title, heads, rows, panel_source(), _("単位は千円（従業員1人・1年当たり）。")
    )


def growth_table() -> pictures.Table:
    """2-KGI as it is described: never the effect of the grants."""
    rows = [
        [
            fiscal_year_text(line.fiscal_year),
            line.users,
            f"{line.users_n:,}",
            line.others,
            f"{line.others_n:,}",
            line.points,
        ]
        for line in tables.users_and_others()
    ]
    heads = [
        _("完了した年度"),
        _("交付企業（%）"),
        _("交付企業の数"),
        _("非交付企業（%）"),
        _("非交付企業の数"),
        _("差（ポイント）"),
    ]
    note = _("この差は補助金の効果ではありません。伸びる企業ほど申請する、という違いを含みます。")
    return pictures.Table(_("付加価値額の増加率"), heads, rows, panel_source(), note)
