"""An evaluation as its page shows it: words, pictures, tables; small counts withheld."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpi.effect import words
from kpi.effect.drawing import Plot, Point, plot
from kpi.effect.models import Evaluation, Question
from kpi.effect.rules.beside import UNEVEN
from kpi.effect.rules.study import Group, Out
from kpi.effect.rules.verdict import Word
from portal.kernel import clock
from portal.ui.charts import Caption
from portal.ui.markup import era_date
from portal.ui.parts import Crumb
from programs import small_cells

GROUPS = tuple(Group)
OUTS = ("", *Out)


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the template draws; None where the evaluation does not have it."""

    headline: str
    word: str
    tone: str
    needed: str
    prior: str
    forest: Plot | None
    events: Plot | None
    jump: Plot | None
    jump_words: str
    flow: tuple[tuple[str, tuple[str, ...]], ...]
    flow_head: tuple[str, ...]
    balance: tuple[tuple[str, str, str, str, str, bool], ...]
    trend: str
    gap: str
    power: str
    warnings: tuple[str, ...]
    shares: tuple[tuple[str, str, str, str], ...]


def page(row: Evaluation) -> Page:
    """Of an evaluation that is done."""
    result = row.result
    word = Word(result["verdict"]["word"])
    return Page(
        headline=words.headline(row.question, result),
        word=str(words.WORDS[word]),
        tone=words.TONES[word],
        needed=words.needed(result),
        prior=words.prior(row.question, result),
        forest=_forest(row) if "points" in result else None,
        events=_events(row) if result.get("events") and row.question == Question.GRANT else None,
        jump=_jump(row) if result.get("rdd", {}).get("bins") else None,
        jump_words=_jump_words(result.get("rdd")),
        flow=tuple(_flow(result["flow"])),
        flow_head=tuple(str(words.OUTS[out]) for out in _outs(result["flow"])),
        balance=tuple(_balance(result.get("balance", []))),
        trend=_trend(result),
        gap=_gap(result),
        power=_power(result),
        warnings=tuple(words.told(entry) for entry in result["warnings"]),
        shares=tuple(_shares(result)),
    )


def table(row: Evaluation) -> list[tuple[str, ...]]:
    """All numbers of the page as lines: what, which, estimate, error, interval, firms."""
    result = row.result
    lines: list[tuple[str, ...]] = [
        (_("判定"), words.headline(row.question, result), "", "", "", "", "")
    ]
    for name, label in _overall():
        if found := result.get("overall", {}).get(name):
            lines.append((_("推定"), label, *_numbers(found), str(result["n"]["treated"])))
    lines += [
        (_("利用からの年数"), str(event["after"]), *_numbers(event), _count(event["n"]))
        for event in result.get("events", [])
    ]
    lines += [
        (_("開始年"), str(cohort["cohort"]), *_numbers(cohort), _count(cohort["n"]))
        for cohort in result.get("cohorts", [])
    ]
    if jump := result.get("rdd"):
        found = jump["points"] or {}
        lines.append(
            (_("点数の線の前後"), "", *_numbers(found), str(jump["below"] + jump["above"]))
        )
    for entry in _flow(result["flow"]):
        for name, value in zip(_outs(result["flow"]), entry[1], strict=False):
            lines.append((_("企業の数"), f"{entry[0]} {words.OUTS[name]}", "", "", "", "", value))
    return lines


def _numbers(found: Mapping[str, Any]) -> tuple[str, str, str, str]:
    error = found.get("se")
    return (
        _csv(found.get("value")),
        "" if error is None else f"{error:.4f}",
        _csv(found.get("low")),
        _csv(found.get("high")),
    )


def _csv(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _count(n: int) -> str:
    return _("非公表") if small_cells.is_small(n) else f"{n:,}"


def _overall() -> list[tuple[str, str]]:
    return [
        ("group", _("利用企業の平均（本推計）")),
        ("simple", _("企業と年の平均")),
        ("dynamic", _("利用からの年数の平均")),
        ("calendar", _("暦年の平均")),
    ]


def _source(row: Evaluation) -> str:
    assert row.watermark is not None
    return _("出典：交付台帳、企業の決算（%(day)s時点、計算式%(letter)s）") % {
        "day": era_date(clock.to_date(row.watermark)),
        "letter": row.letter,
    }


def _caption(row: Evaluation, key: str, title: str, note: str) -> Caption:
    return Caption(
        key=key,
        title=title,
        note=note,
        source=_source(row),
        links=(Crumb(_("CSVを保存"), reverse("effect:csv", args=[row.public_id])),),
    )


def _references(target: float) -> list[tuple[float, str, str]]:
    zero = (0.0, _("効果なし"), "previous")
    if not target:
        return [zero]
    return [zero, (target, _("目標%(n)s") % {"n": words.points(target)}, "target")]


def _forest(row: Evaluation) -> Plot:
    result = row.result
    shown = [(_("本推計"), result["points"], "actual")]
    jump = result.get("rdd") or {}
    if jump.get("points"):
        shown.append((_("点数の線"), jump["points"], "actual"))
    if result.get("two_way"):
        shown.append((_("固定効果"), result["two_way"], "previous"))
    gap = result.get("gap") or {}
    if gap.get("low") is not None:
        gap_points = {"value": gap["points"], "low": gap["low"], "high": gap["high"]}
        shown.append((_("単純な差"), gap_points, "previous"))
    found = result["points"]
    title = _("支援で高まった分は%(value)sポイント（95%%信頼区間 %(interval)s）") % {
        "value": words.points(found["value"]),
        "interval": words.interval(found),
    }
    note = _("点は推定値、縦の線は95%信頼区間。破線は目標、点線は効果なし（0）。")
    if len(shown) > 1:
        note += _("「固定効果」と「単純な差」は偏るため、判定に使いません。")
    return plot(
        _caption(row, "forest", title, note),
        [
            Point(
                label,
                one["value"],
                one["low"],
                one["high"],
                style,
                cells=(words.points(one["value"]), words.interval(one)),
            )
            for label, one, style in shown
        ],
        head=(_("方法"), _("推定値（ポイント）"), _("95%信頼区間")),
        references=_references(result["target"]),
    )


def _events(row: Evaluation) -> Plot:
    result = row.result
    shown = [event for event in result["events"] if not small_cells.is_small(event["n"])]
    after = [event for event in shown if event["after"] >= 0]
    title = _("利用からの年数ごとの効果")
    if after:
        title = _("利用の翌年は%(first)sポイント、%(n)s年後は%(last)sポイント") % {
            "first": words.points(after[0]["value"]),
            "last": words.points(after[-1]["value"]),
            "n": after[-1]["after"] + 1,
        }
    return plot(
        _caption(
            row,
            "events",
            title,
            _(
                "横軸は、支援の完了の翌年を0とした年数。0より前が0の近くにあれば、もともとの動きは似ています。"
            ),
        ),
        [
            Point(
                words.points(event["after"]).removesuffix(".0"),
                event["value"],
                event["low"],
                event["high"],
                "actual" if event["after"] >= 0 else "previous",
                cells=(
                    words.points(event["value"]),
                    words.interval(event),
                    f"{event['n']:,}",
                ),
            )
            for event in shown
        ],
        head=(_("年数"), _("推定値（ポイント）"), _("95%信頼区間"), _("利用企業")),
        references=_references(result["target"]),
    )


def _jump(row: Evaluation) -> Plot:
    jump = row.result["rdd"]
    return plot(
        _caption(
            row,
            "jump",
            _jump_words(jump),
            _(
                "横軸は審査の点と採択の線との差、縦軸は付加価値額の対数の伸び。点は近い点数の企業の平均。"
            ),
        ),
        [
            Point(
                f"{one['distance']:+.0f}".replace("-", "−"),
                one["outcome"],
                style="actual" if one["distance"] >= 0 else "previous",
                at=one["distance"],
                cells=(f"{one['outcome']:+.3f}".replace("-", "−"), _count(one["n"])),
            )
            for one in jump["bins"]
        ],
        head=(_("線との差（点）"), _("伸び（対数）"), _("企業")),
        upright=0.0,
    )


def _jump_words(jump: Mapping[str, Any] | None) -> str:
    if not jump:
        return ""
    if not jump["points"]:
        return str(words.JUMPS.get(jump["why"], words.JUMPS["failed"]))
    text = _("採択の線のすぐ上とすぐ下の差は%(value)sポイント（95%%信頼区間 %(interval)s）") % {
        "value": words.points(jump["points"]["value"]),
        "interval": words.interval(jump["points"]),
    }
    if jump["density"] is not None and jump["density"] < 0.05:
        text += _("。線の上下で企業の数が不自然に違い、点が動かされたおそれがあります")
    return text


def _outs(flow: Sequence[Mapping[str, Any]]) -> list[str]:
    known = {entry["out"] for entry in flow if entry["n"]}
    return [out for out in OUTS if out in known or out == ""]


def _flow(flow: Sequence[Mapping[str, Any]]) -> list[tuple[str, tuple[str, ...]]]:
    """Groups × what became of the firms, with the sums; counts of one or two withheld, and what tells them."""
    counts = Counter({(entry["group"], entry["out"]): entry["n"] for entry in flow})
    outs = _outs(flow)
    groups = [str(group) for group in GROUPS if any(counts[group, out] for out in outs)]
    total = small_cells.TOTAL
    values = {(group, out): counts[group, out] for group in groups for out in outs}
    for group in groups:
        values[group, total] = sum(counts[group, out] for out in outs)
    for out in outs:
        values[total, out] = sum(counts[group, out] for group in groups)
    values[total, total] = sum(values[group, total] for group in groups)
    hidden = small_cells.withheld(
        small_cells.Cell(
            (group, out),
            *small_cells.ends("flow", group, out),
            value=value,
            is_small=small_cells.is_small(value),
        )
        for (group, out), value in values.items()
    )
    return [
        (
            str(words.GROUPS[group]) if group != total else _("計"),
            tuple(
                _("非公表") if (group, out) in hidden else f"{values[group, out]:,}"
                for out in (*outs, total)
            ),
        )
        for group in (*groups, total)
    ]


def _balance(
    rows: Sequence[Mapping[str, Any]],
) -> list[tuple[str, str, str, str, str, bool]]:
    return [
        (
            words.column(row["name"]),
            f"{100 * row['treated']:.0f}%",
            f"{100 * row['others']:.0f}%",
            _hundredths(row["before"]),
            _hundredths(row["after"]),
            abs(row["after"]) > UNEVEN,
        )
        for row in rows
    ]


def _hundredths(value: float) -> str:
    text = f"{value:+.2f}".replace("-", "−")
    return text[1:] if text[1:] == "0.00" else text


def _trend(result: Mapping[str, Any]) -> str:
    trend = result.get("trend")
    if "points" not in result or not result.get("events"):
        return ""
    if trend is None:
        return _("利用前の年が足りず、もともとの動きが似ているかは確かめられません。")
    values = {"p": f"{trend['p']:.3f}"}
    if trend["p"] < 0.05:
        return _("利用前から動きが違っています（p = %(p)s）。比べ方を疑ってください。") % values
    return (
        _("利用前の動きに違いは見つかりません（p = %(p)s）。似ていると証明するものではありません。")
        % values
    )


def _gap(result: Mapping[str, Any]) -> str:
    gap = result.get("gap")
    if not gap or gap["points"] is None:
        return ""
    return _(
        "前後の伸びの単純な差は%(points)sポイント（上下2%%を丸めた平均）、DHS成長率の差は%(dhs)sポイント、"
        "中央値の差は%(median)sポイント（利用%(users)s社、ほか延べ%(others)s社）。"
    ) % {
        "points": words.points(gap["points"]),
        "dhs": words.points(gap["symmetric"]),
        "median": words.points(gap["median"]),
        "users": _count(gap["users"]),
        "others": _count(gap["others"]),
    }


def _power(result: Mapping[str, Any]) -> str:
    power = result.get("power")
    if not power:
        return ""
    text = ngettext(
        "利用企業%(n)s社の今回のデータでは、%(detectable)sポイント以上の効果がなければ、8割の確率では見つけられません。",
        "利用企業%(n)s社の今回のデータでは、%(detectable)sポイント以上の効果がなければ、8割の確率では見つけられません。",
        result["n"]["treated"],
    ) % {
        "n": f"{result['n']['treated']:,}",
        "detectable": words.points(power["detectable"], signed=False),
    }
    if power["needed"] and power["needed"] > result["n"]["treated"]:
        text += _("%(target)sポイントを見つけるには、約%(needed)s社が要ります。") % {
            "target": words.points(result["target"]),
            "needed": f"{power['needed']:,}",
        }
    return text


def _shares(result: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    names = {"users": _("支援を受けた企業"), "others": _("希望したが受けなかった企業")}
    return [
        (names[side], _count(one["n"]), _count(one["before"]), _count(one["after"]))
        for side, one in result.get("shares", {}).items()
    ]
