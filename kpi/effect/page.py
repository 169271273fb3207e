"""An evaluation as its page shows it: words, pictures, tables; small counts withheld."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpi.effect import plots, words
from kpi.effect.models import Evaluation, Question
from kpi.effect.rules.beside import UNEVEN, may_tell_shares
from kpi.effect.rules.study import Group, Out
from kpi.effect.rules.verdict import Word
from portal.ui import pictures
from portal.ui.charts import Intervals, Plot
from portal.ui.charts.alone import Chart
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
    balanced: Intervals | None
    powered: Plot | None
    source: str
    jump_words: str
    jump_word: str
    jump_tone: str
    jump_says: str
    jump_notes: tuple[str, ...]
    flow: tuple[tuple[str, tuple[str, ...]], ...]
    flow_head: tuple[str, ...]
    balance: tuple[tuple[str, str, str, str, str, bool], ...]
    others: str
    trend: str
    gap: str
    power: str
    warnings: tuple[str, ...]
    shares: tuple[tuple[str, str, str, str], ...]

    @property
    def flow_rows(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """`flow` with the head of each count beside it: on a narrow screen a row is a card."""
        heads = (*self.flow_head, _("計"))
        return [(name, list(zip(heads, cells, strict=True))) for name, cells in self.flow]


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
        forest=plots.forest(row) if "points" in result else None,
        events=plots.events(row)
        if result.get("events") and row.question == Question.GRANT
        else None,
        jump=plots.jump(row) if result.get("rdd", {}).get("bins") else None,
        balanced=plots.balance(row),
        powered=plots.power(row),
        source=plots.source(row),
        jump_words=plots.jump_words(result.get("rdd")),
        **_jump(result),
        flow=tuple(_flow(row)),
        flow_head=tuple(str(words.OUTS[out]) for out in outs(result["flow"])),
        balance=tuple(_balance(result.get("balance", []))),
        others=words.others(row.question),
        trend=_trend(result),
        gap=_gap(result),
        power=_power(result),
        warnings=tuple(words.told(entry) for entry in result["warnings"]),
        shares=tuple(_shares(row)),
    )


def pictured(row: Evaluation, kind: str) -> Chart | pictures.Table | None:
    """What a picture shows: one of the drawings, or who was compared; None where it is not there."""
    made = page(row)
    if kind == "flow":
        return pictures.Table(
            _("誰と誰を比べたか"),
            [_("企業"), *made.flow_head, _("計")],
            [[name, *cells] for name, cells in made.flow],
            made.source,
            _(
                "2社以下の数と、引き算で分かる数は非公表です。同意していない企業は、数えるだけで使っていません。"
            ),
        )
    drawn: dict[str, Chart | None] = {
        "forest": made.forest,
        "events": made.events,
        "jump": made.jump,
        "balance": made.balanced,
        "power": made.powered,
    }
    return drawn.get(kind)


def flow_lines(row: Evaluation) -> list[dict[str, str]]:
    """How many firms of each group were left out and why, as the page tells it."""
    names = [str(words.OUTS[name]) for name in outs(row.result["flow"])]
    return [
        {"group": group, **dict(zip(names, counts, strict=False))} for group, counts in _flow(row)
    ]


def outs(flow: Sequence[Mapping[str, Any]]) -> list[str]:
    known = {entry["out"] for entry in flow if entry["n"]}
    return [out for out in OUTS if out in known or out == ""]


def _flow(row: Evaluation) -> list[tuple[str, tuple[str, ...]]]:
    """As the page tells them."""
    return [
        (group, tuple(_("非公表") if n is None else f"{n:,}" for n in counts))
        for group, counts in flow(row.question, row.result["flow"])
    ]


def flow(
    question: str, entries: Sequence[Mapping[str, Any]]
) -> list[tuple[str, tuple[int | None, ...]]]:
    """Groups × what became of the firms, with the sums. None: counts of one or two, and what tells them."""
    counts = Counter({(entry["group"], entry["out"]): entry["n"] for entry in entries})
    columns = outs(entries)
    groups = [str(group) for group in GROUPS if any(counts[group, out] for out in columns)]
    total = small_cells.TOTAL
    values = {(group, out): counts[group, out] for group in groups for out in columns}
    for group in groups:
        values[group, total] = sum(counts[group, out] for out in columns)
    for out in columns:
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
    names = words.groups(question)
    return [
        (
            str(names[group]) if group != total else _("計"),
            tuple(
                None if (group, out) in hidden else values[group, out] for out in (*columns, total)
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
            plots.hundredths(row["before"]),
            plots.hundredths(row["after"]),
            abs(row["after"]) > UNEVEN,
        )
        for row in rows
    ]


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


def _jump(result: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict of the line, and on whom it rests."""
    jump = result.get("rdd") or {}
    sides = {side: plots.count(jump.get(side, 0)) for side in ("below", "above")}
    if not jump.get("points") or "verdict" not in jump:
        counted = _("線の下は%(below)s社、上は%(above)s社です。") % sides
        return {
            "jump_word": "",
            "jump_tone": "",
            "jump_says": "",
            "jump_notes": (counted,) if jump else (),
        }
    word = Word(jump["verdict"]["word"])
    values = {
        **sides,
        "near_below": plots.count(jump["near"]["below"]),
        "near_above": plots.count(jump["near"]["above"]),
        "width": f"{jump['bandwidth']:.1f}",
    }
    notes = (
        _(
            "線の下%(below)s社、上%(above)s社のうち、線から%(width)s点以内の%(near_below)s社と%(near_above)s社で"
            "推計しました（線に近いほど重く数えます）。"
        )
        % values,
        _crossing(jump["first"]["value"]),
        _("線（採択された最も低い点）は公募ごとに違うため、それとの差に直してまとめています。"),
    )
    return {
        "jump_word": str(words.WORDS[word]),
        "jump_tone": words.TONES[word],
        "jump_says": words.jump_verdict(jump, result["target"]),
        "jump_notes": notes,
    }


def _crossing(first: float) -> str:
    """What the line decides; the straight lines on both sides may well estimate more than all."""
    if first >= 1:
        return _("線を越えると、ほぼすべての企業が交付を受けます。")
    return _(
        "線を越えると、交付を受ける割合が%(first)sポイント上がります。辞退や繰上げがあるため、100ではありません。"
    ) % {"first": words.points(100 * first)}


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
        "users": plots.count(gap["users"]),
        "others": plots.count(gap["others"]),
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


def _shares(row: Evaluation) -> list[tuple[str, str, str, str]]:
    names = words.groups(row.question)
    sides = {"users": names[Group.USERS], "others": names[Group.WAITING]}
    shares = row.result.get("shares", {})
    may_tell = may_tell_shares(shares.values())
    return [
        (
            str(sides[side]),
            plots.count(one["n"]),
            plots.count(one["before"], may_tell=may_tell),
            plots.count(one["after"], may_tell=may_tell),
        )
        for side, one in shares.items()
    ]
