"""A result as a PDF: data only, the layout is templates/documents/diagnosis.typ."""

from typing import Any

from portal.kernel import clock
from portal.kernel.documents import render_pdf
from portal.ui.markup import era_date
from programs.diagnosis import drawing
from programs.diagnosis.models import Diagnosis
from programs.diagnosis.risks import risks
from programs.diagnosis.words import Shown, answers_in_words, shown


def diagnosis_pdf(row: Diagnosis) -> tuple[bytes, str]:
    """The paper and its file name."""
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


def _tables(told: Shown) -> list[dict[str, Any]]:
    tables = []
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
