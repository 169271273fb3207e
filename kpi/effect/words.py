"""What the results mean, in sentences for a council: verdicts, what is lacking, names of what is compared."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from kpi.effect.models import Question
from kpi.effect.rules.panel import Told
from kpi.effect.rules.study import LARGEST, OTHER, UNKNOWN, Group, Out
from kpi.effect.rules.verdict import Why, Word
from programs.industry import JSIC
from programs.selectors import ward_names

WORDS = {
    Word.REACHED: gettext_lazy("達成"),
    Word.MISSED: gettext_lazy("未達"),
    Word.OPEN: gettext_lazy("判定不能"),
}
TONES = {Word.REACHED: "green", Word.MISSED: "red", Word.OPEN: "orange"}
GROUPS: dict[str, str | Promise] = {
    Group.USERS: gettext_lazy("利用企業"),
    Group.WAITING: gettext_lazy("まだ利用していない企業"),
    Group.REJECTED: gettext_lazy("不採択の企業"),
    Group.NEVER: gettext_lazy("申請していない企業"),
}
OUTS: dict[str, str | Promise] = {
    "": gettext_lazy("比べた企業"),
    Out.NO_CONSENT: gettext_lazy("利用に同意していない"),
    Out.REVOKED: gettext_lazy("取下げ・廃止・取消"),
    Out.NO_YEARS: gettext_lazy("決算が2期ない"),
    Out.LOSS: gettext_lazy("付加価値額が0以下"),
    Out.NO_BEFORE: gettext_lazy("利用前の決算がない"),
    Out.NO_AFTER: gettext_lazy("利用後の決算がない"),
    Out.FEW: gettext_lazy("同じ開始年の企業が3社未満"),
}
TRAITS: dict[str, str | Promise] = {
    "value": gettext_lazy("はじめの付加価値額"),
    "industry": gettext_lazy("業種"),
    "size": gettext_lazy("規模"),
    "score": gettext_lazy("はじめの診断の点"),
    "ward": gettext_lazy("区"),
    "before": gettext_lazy("前の1年に申請"),
}
_LEVELS: dict[str, str | Promise] = {
    "low": pgettext_lazy("third", "下位"),
    "middle": pgettext_lazy("third", "中位"),
    "high": pgettext_lazy("third", "上位"),
    OTHER: pgettext_lazy("class", "その他"),
    UNKNOWN: gettext_lazy("不明"),
}
CODES: dict[str, str | Promise] = {
    "no_rows": gettext_lazy("使える決算がまだありません。"),
    "no_treated": gettext_lazy("利用の前後の数字が揃う企業がまだありません。"),
    "no_controls": gettext_lazy("比べる相手になる企業がありません。"),
    "one_period": gettext_lazy("1年分の数字しかありません。"),
    "no_past": gettext_lazy("利用の前の年の数字がある企業がありません。"),
    "no_overlap": gettext_lazy("利用した企業としなかった企業に、同じ年の数字がありません。"),
    "failed": gettext_lazy("この組合せでは計算できませんでした。"),
}
# Of the smaller questions, which read no accounts.
FOLLOWED: dict[str, str | Promise] = {
    "no_rows": gettext_lazy("支援や申込みから1年がたった企業がまだありません。"),
    "no_treated": gettext_lazy("支援から1年がたった企業がまだありません。"),
    "no_controls": gettext_lazy("希望したが受けなかった企業で、1年がたったものがありません。"),
}
JUMPS: dict[str, str | Promise] = {
    "few": gettext_lazy("点数の線の上下に企業が20社ずつないため、計算できません。"),
    "weak": gettext_lazy("点数の線が交付の有無をほとんど分けていないため、計算できません。"),
    "failed": gettext_lazy("線の近くの企業が少なく、計算できません。"),
}


def groups(question: str) -> dict[str, str | Promise]:
    """Names of the groups: of a smaller question the others all asked for the same support."""
    if question == Question.GRANT:
        return GROUPS
    return GROUPS | {Group.WAITING: gettext_lazy("希望したが受けなかった企業")}


def others(question: str) -> str:
    """All firms that the users are compared with."""
    if question == Question.GRANT:
        return _("ほかの企業")
    return str(groups(question)[Group.WAITING])


def headline(question: str, result: Mapping[str, Any]) -> str:
    """達成：… — the finding as one sentence."""
    judged = result["verdict"]
    word = Word(judged["word"])
    if word == Word.OPEN:
        return _("判定不能：%(why)s") % {"why": _why_open(question, result)}
    if question == Question.GRANT:
        values = {"target": points(result["target"])}
        if word == Word.REACHED:
            return (
                _("達成：補助金は付加価値額の伸びを%(target)sポイント以上高めたと言えます") % values
            )
        return _("未達：補助金が高めた伸びは%(target)sポイントに届かないと言えます") % values
    if word == Word.REACHED:
        return _("達成：支援で補助金の申請（購入の代わりに数えています）が増えたと言えます")
    return _(
        "未達：支援で補助金の申請（購入の代わりに数えています）が増えたとは言えず、減っています"
    )


def _why_open(question: str, result: Mapping[str, Any]) -> str:
    why = Why(result["verdict"]["why"])
    if why == Why.NO_DATA:
        known = CODES if question == Question.GRANT else CODES | FOLLOWED
        return str(known.get(result.get("code", ""), CODES["failed"])).rstrip(_("。"))
    if why == Why.FEW:
        return _("前後の数字が揃う企業が少なく、誤差を見積もれません")
    if why == Why.TREND:
        return _("利用する前から両者の動きが違い、差を支援の効果とは言えません")
    if why == Why.APART:
        return _("前の1年に申請した割合がもともと違い、変化の差を支援の効果とは言えません")
    if question != Question.GRANT:
        return _("増えたとも増えていないとも言えません")
    found, target = result["points"], result["target"]
    if found["low"] <= 0 < target <= found["high"]:
        return _("誤差の範囲に0も%(target)sポイントも入り、どちらとも言えません") % {
            "target": points(target)
        }
    if found["low"] > 0:
        return _("伸びを高めたとは言えますが、%(target)sポイントに届いたとまでは言えません") % {
            "target": points(target)
        }
    return _("誤差の範囲に%(target)sポイントが入り、届いたとも届かないとも言えません") % {
        "target": points(target)
    }


def needed(result: Mapping[str, Any]) -> str:
    """What would have to be there to decide; empty where the verdict stands."""
    judged = result["verdict"]
    why = Why(judged["why"])
    if Word(judged["word"]) != Word.OPEN:
        return ""
    if why == Why.TREND:
        return _(
            "利用前の動きが似た企業どうしを比べられるよう、決算の年数と比べる企業を増やす必要があります。"
        )
    if why == Why.APART:
        return _(
            "高かった側は、支援がなくても下がりがちです。もう1年前からの申請を両者について数えるか、"
            "割合の似た企業どうしを比べる必要があります。"
        )
    if why == Why.NO_DATA or (why == Why.FEW and judged["more"] is None):
        return _("利用した企業としなかった企業の、前後の年の数字が要ります。")
    if judged["more"] is None:
        return _("推定値が目標とほとんど同じなため、企業を増やしても決まらないおそれがあります。")
    text = ngettext(
        "判定するには、利用企業があと約%(n)s社（比べる企業も同じ割合で）要ります。",
        "判定するには、利用企業があと約%(n)s社（比べる企業も同じ割合で）要ります。",
        judged["more"],
    ) % {"n": f"{judged['more']:,}"}
    if judged["years"]:
        text += ngettext(
            "いまのペースで約%(n)s年分です。",
            "いまのペースで約%(n)s年分です。",
            judged["years"],
        ) % {"n": judged["years"]}
    return text


def jump_verdict(jump: Mapping[str, Any], target: float) -> str:
    """What the line alone allows to say, in a sentence."""
    judged = jump["verdict"]
    values = {"target": points(target)}
    word = Word(judged["word"])
    if word == Word.REACHED:
        return _("線の前後だけを比べても、%(target)sポイント以上高めたと言えます。") % values
    if word == Word.MISSED:
        return _("線の前後だけを比べると、%(target)sポイントには届かないと言えます。") % values
    return str(_JUMP_OPEN[Why(judged["why"])])


_JUMP_OPEN: dict[Why, str | Promise] = {
    Why.NO_DATA: gettext_lazy("線の前後からは何も言えません。"),
    Why.FEW: gettext_lazy("線の近くの企業が20社ずつないため、この比べ方だけでは判定できません。"),
    Why.TREND: gettext_lazy(
        "線の上下で企業の数が不自然に違うため、この比べ方だけでは判定できません。"
    ),
    Why.UNTESTED: gettext_lazy(
        "線の上下で企業の数が不自然に違わないかを確かめられないため、この比べ方だけでは判定できません。"
    ),
    Why.WIDE: gettext_lazy("誤差の範囲が広く、この比べ方だけでは判定できません。"),
}


def prior(question: str, result: Mapping[str, Any]) -> str:
    """How the finding stands to what others found of the ものづくり補助金."""
    if question != Question.GRANT:
        return ""
    judged = result["verdict"]
    is_believed = Why(judged["why"]) in {Why.NONE, Why.WIDE}
    if is_believed and result["points"]["low"] > 0:
        return _(
            "この結果は、付加価値額に有意な差を見いだしていない先行研究と食い違います。"
            "公表の前に、データと計算を外部の研究者に確かめてもらってください。"
        )
    return _("付加価値額に有意な差を見いだしていない先行研究と、矛盾しません。")


def column(code: str) -> str:
    """業種：24 金属製品製造業 for industry=24."""
    trait, _sign, value = code.partition("=")
    if not value:
        return str(TRAITS.get(trait, trait))
    return _("%(trait)s：%(value)s") % {
        "trait": TRAITS.get(trait, trait),
        "value": _class(trait, value),
    }


def _class(trait: str, value: str) -> str:
    if value in _LEVELS:
        return str(_LEVELS[value])
    if trait == "industry":
        return str(dict(JSIC).get(value, value))
    if trait == "ward" and value.isdecimal():
        return str(ward_names().get(int(value), value))
    if trait == "size":
        if value == LARGEST:
            return _("51人以上")
        return _("%(n)s人以下") % {"n": value}
    return value


def told(entry: Mapping[str, Any]) -> str:
    """A stored warning in words."""
    if entry["kind"] == "columns":
        names = _("、").join(str(TRAITS.get(name, name)) for name in entry["text"].split())
        return Told("columns", text=names).words
    return Told(**entry).words


def points(value: float | None, *, signed: bool = True) -> str:
    """+5.0, −1.2; — for what is not known."""
    if value is None:
        return "—"
    text = f"{abs(value):,.1f}"
    if text == "0.0":
        return text
    return ("−" if value < 0 else "+" if signed else "") + text


def interval(found: Mapping[str, Any]) -> str:
    """−1.2〜+8.4."""
    return _("%(low)s〜%(high)s") % {"low": points(found["low"]), "high": points(found["high"])}
