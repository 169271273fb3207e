"""What the planner's codes are called on the pages."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lab.nakama.cases.rules import first_jobs
from lab.nakama.cases.rules.first_jobs import Limit
from portal.ui.markup import yen_text

LINES: dict[str, Any] = {
    "setup": gettext_lazy("段取り"),
    "work": gettext_lazy("加工"),
    "risk": gettext_lazy("やり直しの見込み"),
    "handover": gettext_lazy("受渡し（横持ち）"),
    "delivery": gettext_lazy("納品"),
    "rotation": gettext_lazy("順番の調整（最近多く受けた企業に足す額）"),
    "past_team": gettext_lazy("一緒に仕事をしたことがある（引く額）"),
    "slack": gettext_lazy("納期の余裕（引く額）"),
    "handover_yen": gettext_lazy("受渡し1回"),
    "handover_yen_per_km": gettext_lazy("受渡し1kmごと"),
    "delivery_yen": gettext_lazy("納品1回"),
    "delivery_yen_per_km": gettext_lazy("納品1kmごと"),
    "rotation_yen": gettext_lazy("順番の調整：1年以内に受けた工程1つごと"),
    "past_team_yen": gettext_lazy("一緒に仕事をしたことがある組：引く額"),
    "slack_yen": gettext_lazy("納期の余裕：半週ごとに引く額"),
}
CONDITIONS: dict[str, Any] = {
    "process": gettext_lazy("工程の種類"),
    "excluded": gettext_lazy("断られた企業"),
    "material": gettext_lazy("材質"),
    "size": gettext_lazy("大きさ"),
    "tolerance": gettext_lazy("公差"),
    "lot": gettext_lazy("数量"),
    "certificate": gettext_lazy("認証"),
    "capacity": gettext_lazy("空き"),
    "due": gettext_lazy("納期"),
    "budget": gettext_lazy("予算"),
    "revenue": gettext_lazy("売上"),
}


# Code of a turn (selectors/turns.py) → what the firm does, the button, the page.
TURNS: dict[str, tuple[Any, Any, str]] = {
    "publish": (gettext_lazy("下書きの案件を出す"), gettext_lazy("案件を開く"), "cases:case"),
    "plan": (
        gettext_lazy("工程に分けて、仲間に声をかける"),
        gettext_lazy("工程を決める"),
        "cases:steps",
    ),
    "ask": (gettext_lazy("ほかの仲間に声をかける"), gettext_lazy("声かけを開く"), "cases:waves"),
    "choose": (
        gettext_lazy("届いた返事から、担当の企業を決める"),
        gettext_lazy("返事を見る"),
        "cases:waves",
    ),
    "offer": (gettext_lazy("発注元に案を出す"), gettext_lazy("案件を開く"), "cases:case"),
    "start": (gettext_lazy("担当の工程を始める"), gettext_lazy("工程を開く"), "cases:board"),
    "mend": (gettext_lazy("返された工程をやり直す"), gettext_lazy("工程を開く"), "cases:board"),
    "inspect": (
        gettext_lazy("担当の工程を検査して渡す"),
        gettext_lazy("工程を開く"),
        "cases:board",
    ),
    "receive": (
        gettext_lazy("前の工程から届いた品物を受け取る"),
        gettext_lazy("工程を開く"),
        "cases:board",
    ),
    "deliver": (
        gettext_lazy("できあがった品物を納品する"),
        gettext_lazy("工程を開く"),
        "cases:board",
    ),
}


def limit_texts(limits: Iterable[Limit]) -> list[str]:
    """What is too much for a first job, each as a condition: 「500個を超える仕事は」."""
    texts = {
        Limit.VALUE: _("%(yen)sを超える工程は") % {"yen": yen_text(first_jobs.MOST_YEN)},
        Limit.LOT: _("%(n)d個を超える仕事は") % {"n": first_jobs.MOST_LOT},
        Limit.FINE: _("公差が±%(um)dµmより厳しい仕事は") % {"um": first_jobs.FINEST_UM},
        Limit.EXPORT: _("外為法の確認が必要な仕事は"),
    }
    return [texts[limit] for limit in limits]


def conditions_text(names: Iterable[str]) -> str:
    """材質、大きさ、数量."""
    return _("、").join(str(CONDITIONS[name]) for name in names) or _("なし")


def line_rows(lines: Mapping[str, Any]) -> list[tuple[Any, int]]:
    """(label, yen) of the lines that have a name."""
    return [(LINES[code], yen) for code, yen in lines.items() if code in LINES]


def relax_texts(relax: list[dict[str, Any]], names: Mapping[int, str]) -> list[str]:
    """「研削」の公差をゆるめると、3社が候補になります。"""
    found = []
    for one in relax:
        what = _("と").join(str(CONDITIONS.get(code, code)) for code in one["conditions"])
        values = {"what": what, "n": one["adds"], "step": names.get(one["step"] or 0, "")}
        if one["step"]:
            found.append(
                _("「%(step)s」：%(what)sの条件をゆるめると、%(n)d社が候補になります。") % values
            )
        else:
            found.append(_("%(what)sの条件をゆるめると、チームを組めます。") % values)
    return found
