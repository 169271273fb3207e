"""The picture of the productivity page."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from kpi.series.tables import PanelLine
from portal.ui import charts
from portal.ui.parts import Crumb


def productivity(years: Sequence[PanelLine], place: str) -> charts.LineChart | None:
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
        source=_("出典：補助金の効果報告、企業の登録、区の取込（名目）"),
        links=(Crumb(_("指標の定義"), reverse("kpi:definitions")),),
    )
    series = [
        charts.Series(_("計算式C"), "previous", tuple(line.thousand["C"] for line in years)),
        charts.Series(_("計算式B"), "target", tuple(line.thousand["B"] for line in years)),
        charts.Series(_("計算式A"), "actual", tuple(line.thousand["A"] for line in years)),
    ]
    return charts.line_chart(caption, [line.label for line in years], series, head=_("決算の年"))
