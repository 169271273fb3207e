"""Words for the figures of a sheet: the same on the page, in the workbook and on paper."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.indicators import BY_CODE, INVESTED, RATIOS
from kpi.policy.models import Sheet
from kpi.policy.selectors.sheets import ACTIVITY, unit_of
from portal.ui.markup import fiscal_year_text, yen_text

UNKNOWN = gettext_lazy("記録なし")
COSTS: dict[str, str | Promise] = {
    "courses": gettext_lazy("講座の費用"),
    "fees": gettext_lazy("相談員の謝金と交通費"),
    "stage_1": gettext_lazy("ステージ1の補助金"),
    "stage_2": gettext_lazy("ステージ2の補助金"),
    "stage_3": gettext_lazy("ステージ3の補助金"),
    "lab": gettext_lazy("ラボの運営費"),
    "staff": gettext_lazy("職員の人件費"),
}
# What one of them is.
EACH: dict[str, str | Promise] = {
    "courses": gettext_lazy("修了者1人あたり"),
    "fees": gettext_lazy("支援した企業1社あたり"),
    "stage_1": gettext_lazy("交付1件あたり"),
    "stage_2": gettext_lazy("交付1件あたり"),
    "stage_3": gettext_lazy("交付1件あたり"),
    "lab": gettext_lazy("利用者1人日あたり"),
    "staff": "",
}
NAMES = {one.code: one.name for one in (*BY_CODE.values(), *RATIOS, INVESTED)}


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator: its name, what was planned, what came, how much of the plan that is."""

    code: str
    name: str
    planned: str
    actual: str
    percent: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """One kind of cost, each amount as text; `each` with what one of them is."""

    name: str
    budget: str
    decided: str
    paid: str
    each: str


def lines(kept: Iterable[dict[str, Any]]) -> tuple[list[Line], list[Line]]:
    """(what was done, what came of it)."""
    done, came = [], []
    for row in kept:
        (done if row["code"][2:] in ACTIVITY else came).append(_line(row))
    return done, came


def _line(row: dict[str, Any]) -> Line:
    code, note = row["code"], ""
    if row["year"]:
        note = _("%(year)sの修了企業") % {"year": fiscal_year_text(row["year"])}
    return Line(
        code=code,
        name=str(NAMES[code]),
        planned=f"{row['planned']}{unit_of(code, row['planned'])}",
        actual=f"{row['actual']}{unit_of(code, row['actual'])}",
        percent="—" if row["percent"] is None else f"{row['percent']}%",
        note=note,
    )


def costs(kept: Iterable[dict[str, Any]]) -> list[Cost]:
    """What is not known is said."""
    return [
        Cost(
            name=str(COSTS[row["key"]]),
            budget=_yen(row["budget"]),
            decided=_yen(row["decided"]),
            paid=_yen(row["paid"]),
            each=_each(row),
        )
        for row in kept
    ]


def _yen(amount: int | None) -> str:
    return str(UNKNOWN) if amount is None else yen_text(amount)


def _each(row: dict[str, Any]) -> str:
    if row["each"] is None:
        return str(UNKNOWN) if row["decided"] is None else "—"
    return _("%(what)s %(yen)s") % {"what": EACH[row["key"]], "yen": yen_text(row["each"])}


def unknown(kept: Sequence[dict[str, Any]]) -> str:
    """Which costs are not on record, in a sentence; "" for none."""
    names = [str(COSTS[row["key"]]) for row in kept if row["decided"] is None]
    if not names:
        return ""
    return _("%(names)sは、このポータルに記録がありません。区の決算の数字で補ってください。") % {
        "names": _("、").join(names)
    }


def ratings(sheet: Sheet) -> list[tuple[str, str, str]]:
    """(name, rating in words or —, why) of the three judgements."""
    rows = (
        (_("必要性"), sheet.get_need_display(), sheet.need_why),
        (_("有効性"), sheet.get_effect_display(), sheet.effect_why),
        (_("効率性"), sheet.get_efficiency_display(), sheet.efficiency_why),
    )
    return [(name, str(rating) or "—", why) for name, rating, why in rows]
