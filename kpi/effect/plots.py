"""The drawings of an evaluation, each with its finding: the estimates, the years, the line, balance, power."""

from collections.abc import Mapping
from fractions import Fraction
from math import sqrt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kpi.effect import words
from kpi.effect.models import Evaluation, Question
from kpi.effect.rules.beside import UNEVEN
from kpi.effect.rules.verdict import Why
from portal.kernel import clock
from portal.ui import pictures
from portal.ui.charts import Caption, Intervals, Plot, Point, Span, intervals, plot
from portal.ui.parts import Crumb
from programs import small_cells

# So many times the firms of this evaluation the power is told for.
TIMES = ((0.25, "1/4"), (0.5, "1/2"), (1, "1"), (2, "2"), (4, "4"), (8, "8"))


def source(row: Evaluation) -> str:
    """Where its figures are from; an evaluation knows the records up to its watermark."""
    assert row.watermark is not None
    ledgers = _("交付台帳、企業の決算（計算式%(letter)s）") % {"letter": row.letter}
    if row.question != Question.GRANT:
        ledgers = _("修了・利用・申請の台帳")
    return pictures.source(ledgers, clock.to_date(row.watermark), row.finished_at)


def _caption(row: Evaluation, key: str, title: str, note: str) -> Caption:
    return Caption(
        key=key,
        title=title,
        note=note,
        source=source(row),
        links=links(row, key),
    )


def _references(target: float) -> list[tuple[float, str, str]]:
    zero = (0.0, _("効果なし"), "previous")
    if not target:
        return [zero]
    return [zero, (target, _("目標%(n)s") % {"n": words.points(target)}, "target")]


def forest(row: Evaluation) -> Plot:
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
    note = _("点は推定値、縦の線は95%信頼区間。点線は効果なし（0）。")
    if result["target"]:
        note = _("点は推定値、縦の線は95%信頼区間。破線は目標、点線は効果なし（0）。")
    if len(shown) > 1:
        note += _("「固定効果」と「単純な差」は偏るため、判定に使いません。")
    return plot(
        _caption(row, "forest", _difference(result), note),
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


def _difference(result: Mapping[str, Any]) -> str:
    """What cannot be told from nothing, is a fall, or is not to be believed, has raised nothing."""
    found, why = result["points"], Why(result["verdict"]["why"])
    values = {"value": words.points(found["value"]), "interval": words.interval(found)}
    is_believed = why in {Why.NONE, Why.WIDE}
    if is_believed and found["low"] is not None and found["low"] > 0:
        return _("支援で高まった分は%(value)sポイント（95%%信頼区間 %(interval)s）") % values
    return (
        _("受けた企業と受けなかった企業の変化の差は%(value)sポイント（95%%信頼区間 %(interval)s）")
        % values
    )


def events(row: Evaluation) -> Plot:
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


def jump(row: Evaluation) -> Plot:
    jump = row.result["rdd"]
    return plot(
        _caption(
            row,
            "jump",
            jump_words(jump),
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
                cells=(f"{one['outcome']:+.3f}".replace("-", "−"), count(one["n"])),
            )
            for one in jump["bins"]
        ],
        head=(_("線との差（点）"), _("伸び（対数）"), _("企業")),
        upright=0.0,
    )


def links(row: Evaluation, key: str) -> tuple[Crumb, ...]:
    """All its figures as a file, and this drawing as a picture."""
    files = tuple(
        Crumb(label, reverse("effect:file", args=[row.public_id, form]))
        for label, form in ((_("CSVを保存"), "csv"), (_("Excelを保存"), "xlsx"))
    )
    return files + pictures.links(
        lambda form: reverse("effect:picture", args=[row.public_id, key, form])
    )


def balance(row: Evaluation) -> Intervals | None:
    """How different the compared firms were before and after weighting, the most different first."""
    rows = sorted(row.result.get("balance", []), key=lambda one: -abs(one["before"]))
    if not rows:
        return None
    left = sum(abs(one["after"]) > UNEVEN for one in rows)
    title = _("重みを付けると、もともとの違いはどの項目でも0.1以下です")
    if left:
        title = _("重みを付けても、%(n)s項目で違いが残っています") % {"n": left}
    sizes = [_sizes(one) for one in rows]
    full = max([Fraction(1, 2), *(max(pair) for pair in sizes)])
    return intervals(
        _caption(
            row,
            "balance",
            title,
            _(
                "点は重みを付けた後の差の大きさ、横の線は付ける前からの動き。0に近いほど似ています。"
            ),
        ),
        [
            Span(
                words.column(one["name"]),
                _("前%(before)s　後%(after)s")
                % {"before": hundredths(one["before"]), "after": hundredths(one["after"])},
                after,
                min(before, after),
                max(before, after),
            )
            for one, (before, after) in zip(rows, sizes, strict=True)
        ],
        head=_("項目"),
        value_head=_("標準化した差"),
        marks=[(Fraction(1, 10), _("0.1（これを超えると、違いが残るとみる）"))],
        full=full,
        axis=("0", f"{float(full):.2f}"),
    )


def _sizes(one: Mapping[str, Any]) -> tuple[Fraction, Fraction]:
    """Of the differences before and after, without sign, to a thousandth."""
    return (
        Fraction(round(abs(one["before"]) * 1000), 1000),
        Fraction(round(abs(one["after"]) * 1000), 1000),
    )


def power(row: Evaluation) -> Plot | None:
    """The least effect that would be found, for so many firms: it falls with the root of their number."""
    found = row.result.get("power")
    treated = row.result.get("n", {}).get("treated", 0)
    if not found or not treated:
        return None
    title = _("利用企業%(n)s社で見つけられるのは、%(least)sポイント以上の効果です") % {
        "n": f"{treated:,}",
        "least": words.points(found["detectable"], signed=False),
    }
    points = []
    for times, told in TIMES:
        least = found["detectable"] / sqrt(times)
        firms = f"{round(treated * times):,}"
        points.append(
            Point(
                _("今回") if times == 1 else _("%(times)s倍") % {"times": told},
                least,
                style="actual" if times == 1 else "previous",
                cells=(firms, words.points(least, signed=False)),
            )
        )
    return plot(
        _caption(
            row,
            "power",
            title,
            _(
                "縦軸は、8割の確率で見つけられる最も小さい効果（ポイント）。横軸は、今回の何倍の企業か。"
            ),
        ),
        points,
        head=(_("企業の数"), _("利用企業（社）"), _("見つけられる効果（ポイント）")),
        references=[
            (
                row.result["target"],
                _("目標%(n)s") % {"n": words.points(row.result["target"])},
                "target",
            )
        ]
        if row.result["target"]
        else [],
    )


def jump_words(jump: Mapping[str, Any] | None) -> str:
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


def count(n: int, *, may_tell: bool = True) -> str:
    return _("非公表") if small_cells.is_small(n) or not may_tell else f"{n:,}"


def hundredths(value: float) -> str:
    text = f"{value:+.2f}".replace("-", "−")
    return text[1:] if text[1:] == "0.00" else text
