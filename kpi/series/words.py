"""What is odd about a figure, in words: for firms' accounts and for statistics alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.series.rules import BY_CODE
from portal.ui.markup import yen_text
from subsidies.obligations.rules.effects import Doubt

COLUMNS: Mapping[str, str | Promise] = {
    "establishments": gettext_lazy("事業所数"),
    "employees": gettext_lazy("従業者数"),
    "shipments": gettext_lazy("製造品出荷額等"),
    "value_added": gettext_lazy("付加価値額"),
    "gross_value_added": gettext_lazy("粗付加価値額"),
    "index": gettext_lazy("指数"),
}
LETTERS: Mapping[str, str | Promise] = {
    "A": gettext_lazy("営業利益＋人件費＋労務費＋減価償却費"),
    "B": gettext_lazy("営業利益＋人件費＋減価償却費（労務費を入れない）"),
    "C": gettext_lazy("営業利益"),
}
_WHY: Mapping[str, str | Promise] = {
    "jump": gettext_lazy("前の年の8倍以上、又は8分の1以下です。桁を確かめてください。"),
    "thousand": gettext_lazy("前の年と約1,000倍違います。円と千円を取り違えていませんか。"),
    "too_small": gettext_lazy("人数に比べて小さすぎます。金額の単位を確かめてください。"),
    "too_large": gettext_lazy("人数に比べて大きすぎます。金額の単位を確かめてください。"),
    "too_many_hours": gettext_lazy("人数に比べて多すぎます。合計の時間を確かめてください。"),
    "over_cost": gettext_lazy("売上原価を超えています。入れる欄を確かめてください。"),
    "over_expenses": gettext_lazy(
        "労務費、人件費、減価償却費を足すと、売上高から営業利益を引いた額を超えます。"
    ),
    "over_shipments": gettext_lazy("製造品出荷額等を超えています。列を確かめてください。"),
    "swing": gettext_lazy("前の年から2割を超えて動いています。年と指数を確かめてください。"),
    "negative": gettext_lazy("マイナスです。公表された値か確かめてください。"),
}
_MISFIT: Mapping[str, str | Promise] = {
    "parts": gettext_lazy("「%(label)s」が、労務費と人件費を足した額（%(yen)s）と合いません。"),
    "over_gross": gettext_lazy(
        "「%(label)s」は、売上高から売上原価を引いた額（%(yen)s）より大きくなりません。"
        "売上高、売上原価、営業利益を確かめてください。"
    ),
    "over_overhead": gettext_lazy(
        "「%(label)s」が、販売費及び一般管理費（売上高－売上原価－営業利益＝%(yen)s）を超えています。"
        "ものを作る人の分は「労務費」に入れてください。"
    ),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure that waits for a word. `key` is what says that this very figure is right."""

    code: str
    label: str
    why: str
    value: int
    before: int | None
    text: str
    shown: str
    shown_before: str

    @property
    def key(self) -> str:
        return f"{self.code}={self.value}"

    def plain(self) -> dict[str, Any]:
        """As it is kept beside the row."""
        return {
            "column": self.code,
            "why": self.why,
            "value": self.value,
            "before": self.before,
        }


def label_of(code: str) -> str:
    """The name of a component or column."""
    if code in COLUMNS:
        return str(COLUMNS[code])
    return str(BY_CODE[code].label) if code in BY_CODE else _("労務費・人件費の合計")


def shown(code: str, value: int | None) -> str:
    """The figure with its unit."""
    if value is None:
        return "—"
    if code == "index":
        return f"{value / 1_000:.1f}"
    is_money = code in BY_CODE and BY_CODE[code].is_yen
    if is_money or code in {"shipments", "value_added", "gross_value_added", "labour"}:
        return yen_text(value)
    return f"{value:,}"


def asked(code: str, why: str, value: int, before: int | None) -> Asked:
    """The question about a figure."""
    return Asked(
        code,
        label_of(code),
        why,
        value,
        before,
        str(_WHY[why]),
        shown(code, value),
        "" if before is None else shown(code, before),
    )


def asked_of(
    doubts: Sequence[Doubt], before: Mapping[str, int], now: Mapping[str, int]
) -> list[Asked]:
    """A question for each figure in doubt, once."""
    found: dict[str, Asked] = {}
    for doubt in doubts:
        if doubt.code in now:
            found.setdefault(
                doubt.code, asked(doubt.code, doubt.why, now[doubt.code], before.get(doubt.code))
            )
    return list(found.values())


def asked_again(kept: Mapping[str, Any]) -> Asked:
    """A question as it was kept beside a row."""
    return asked(kept["column"], kept["why"], kept["value"], kept["before"])


def misfit_text(code: str, why: str, yen: int) -> str:
    """What does not add up, and what would."""
    return str(_MISFIT[why]) % {"label": label_of(code), "yen": yen_text(yen)}


def lines_of(values: Mapping[str, Any], changes: Mapping[str, Sequence[Any]]) -> list[str]:
    """A row's content in words: what would change, or what there is."""
    arrow, plain = _("%(label)s：%(before)s → %(after)s"), _("%(label)s：%(value)s")
    hidden = set(values.get("hidden", ()))
    found = []
    for code in (*COLUMNS, *BY_CODE):
        if code in hidden:
            found.append(plain % {"label": label_of(code), "value": _("秘匿（χ）")})
        elif code in changes and changes[code][0] is not None:
            before, after = (shown(code, value) for value in changes[code])
            found.append(arrow % {"label": label_of(code), "before": before, "after": after})
        elif code in values:
            found.append(plain % {"label": label_of(code), "value": shown(code, values[code])})
    return found


def held_lines(held: Sequence[Mapping[str, Any]]) -> list[str]:
    """What a row waits for, a line for each figure."""
    line = _("%(label)s：%(text)s")
    return [line % {"label": item.label, "text": item.text} for item in map(asked_again, held)]
