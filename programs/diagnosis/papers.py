"""A result as a PDF: data only, the layout is templates/documents/diagnosis.typ."""

from collections.abc import Sequence
from typing import Any

from portal.kernel import clock
from portal.kernel.documents import render_pdf
from portal.ui.markup import era_date
from programs.diagnosis import drawing
from programs.diagnosis.models import Diagnosis
from programs.diagnosis.risks import risks
from programs.diagnosis.rules.position import FEWEST_PEERS, Position
from programs.diagnosis.selectors.peers import ALIKE
from programs.diagnosis.selectors.steps import Next
from programs.diagnosis.words import Rung, Shown, answers_in_words, shown

_THIRDS = {
    3: "点の高い3分の1にいます。",
    2: "真ん中の3分の1にいます。",
    1: "点の低い3分の1にいます。伸びる余地があります。",
}


def diagnosis_pdf(
    row: Diagnosis, *, position: Position | None, steps: Sequence[Next] | None
) -> tuple[bytes, str]:
    """The paper and its file name: what the page of the result shows, and the answers.

    `steps` are the firm's own next ones; None for readers outside it, whose page has none either.
    """
    told = shown(row)
    made_at = row.finished_at or row.changed_at
    name = str(told.sheet.name)
    data = {
        "title": f"診断結果　{name}",
        "issuer_office": row.firm_name,
        "keywords": [name],
        "footer": f"{row.firm_name}　{name}",
        "head": [
            ("企業", row.firm_name),
            ("答えた人", row.person_name),
            ("診断した日", era_date(clock.to_date(made_at))),
            ("設問の版", f"第{row.questionnaire.number}版（計算の規則 第{row.result['rule']}版）"),
            *([("点", f"{row.score}点（100点満点）")] if row.score is not None else []),
            *([("段階", f"{told.level.name}　{told.level.text}")] if told.level else []),
        ],
        "ladder": drawing.ladder_svg(told.ladder) if told.ladder else "",
        "ladder_alt": _rungs_in_words(told),
        "position": _position(position) if row.score is not None else None,
        "steps": None if steps is None else [_step(step) for step in steps],
        "radar": drawing.radar_svg(told.radar) if told.radar else "",
        "radar_alt": "軸ごとの点："
        + "、".join(f"{side.name} {side.value or 0}点" for side in told.sides),
        "tables": _tables(told),
        "risks": [
            (str(risk.name), [(str(one.words), one.code in row.ticks) for one in risk.measures])
            for risk in risks()
        ]
        if told.sheet.has_risks
        else [],
        "answers": answers_in_words(told.sheet, row.answers),
        "sources": list(told.sheet.sources),
    }
    return render_pdf("diagnosis", data, made_at=made_at), f"診断_{name}.pdf"


def _standing(rung: Rung) -> str:
    if rung.is_here:
        return "いまここ"
    return "通過" if rung.is_reached else "これから"


def _rungs_in_words(told: Shown) -> str:
    """What the drawing of the ladder shows."""
    rungs = "、".join(f"{rung.number} {rung.name}" for rung in told.rungs)
    here = next((f"{rung.number} {rung.name}" for rung in told.rungs if rung.is_here), "—")
    return f"段階のはしご：{rungs}。いまの位置：{here}"


def _position(found: Position | None) -> dict[str, Any]:
    """Among which firms, in which third, and how many have how many points (as the page tells it)."""
    if found is None:
        text = f"比べられる会社が{FEWEST_PEERS}社に満たないため、まだ出せません。"
        return {"text": text, "rows": []}
    if found.circle == ALIKE:
        among = f"規模と業種が同じ{found.firms}社と比べました。"
    else:
        among = f"同じ業種の会社が{FEWEST_PEERS}社に満たないため、規模が同じ{found.firms}社と比べました。"
    rows = [
        [
            f"{band.low}–{band.high}点" + ("（自社）" if band.is_own else ""),
            "非公表" if band.firms is None else f"{band.firms}社",
        ]
        for band in found.bands
    ]
    return {"text": among + _THIRDS[found.third], "rows": rows}


def _step(step: Next) -> list[str]:
    """(what, how and why, until when)."""
    offer = step.offer
    texts = [offer.text, f"理由：{step.reason}" if step.reason else ""]
    until = era_date(offer.until) if offer.until else "いつでも"
    return [offer.title, "\n".join(filter(None, texts)), until]


def _tables(told: Shown) -> list[dict[str, Any]]:
    tables = []
    if told.rungs:
        rows = [[f"{rung.number}. {rung.name}", _standing(rung), rung.text] for rung in told.rungs]
        heads = ["段階", "いまの位置", "どんな段階か"]
        tables.append({"title": "段階のはしご", "heads": heads, "rows": rows})
    if told.sides:
        rows = [
            [
                f"{side.number}. {side.name}",
                "—" if side.value is None else f"{side.value}点",
                side.text,
            ]
            for side in told.sides
        ]
        tables.append({"title": "軸ごとの点", "heads": ["軸", "点", "見立て"], "rows": rows})
    if told.barriers:
        rows = [[one.group, one.name, one.text] for one in told.barriers]
        heads = ["まとまり", "壁", "乗り越え方"]
        tables.append({"title": "解決を止めている壁", "heads": heads, "rows": rows})
    if told.savings:
        rows = [list(one) for one in told.savings["rows"]]
        rows.append(["合計", "", "", "", told.savings["hours"], told.savings["yen"]])
        heads = ["業務", "段階", "月の時間", "減らせる割合", "1年の時間", "1年の金額"]
        tables.append({"title": "減らせる時間と金額の目安", "heads": heads, "rows": rows})
    if told.letters:
        rows = [list(one) for one in told.letters]
        heads = ["記号", "数え方", "付加価値", "1人あたり", "1時間あたり"]
        tables.append({"title": "労働生産性", "heads": heads, "rows": rows})
    return tables
