"""A worksheet as a PDF: data only, the layout is templates/documents/worksheet.typ."""

from collections.abc import Collection
from typing import Any

from dojo.worksheets.results import result_of
from dojo.worksheets.selectors import Reading
from dojo.worksheets.words import Section, sections
from portal.kernel import clock
from portal.kernel.documents import render_pdf
from portal.ui.markup import era_date


def worksheet_pdf(reading: Reading, cohort: str) -> bytes:
    """The sheet as it stands; what is kept from the reader stays kept."""
    row, hide = reading.row, reading.hide
    data = {
        "title": row.name,
        "issuer_office": row.firm_name,
        "keywords": [str(reading.sheet.name)],
        "footer": f"{row.firm_name}　{row.name}",
        "head": [
            ("企業", row.firm_name),
            ("書いた人", row.person_name),
            ("講座", cohort or "—"),
            ("状態", str(row.state.label)),
            ("最後の保存", era_date(clock.to_date(row.changed_at))),
        ],
        "sections": [_section(item) for item in sections(reading.sheet, row.content, hide=hide)],
        "results": _results(reading, hide),
    }
    return render_pdf("worksheet", data, made_at=row.changed_at)


def _section(item: Section) -> dict[str, Any]:
    return {
        "title": str(item.step.title),
        "facts": [(cell.label, cell.text) for cell in item.cells],
        "heads": list(item.heads),
        "rows": [[cell.text for cell in row] for row in item.rows],
    }


def _results(reading: Reading, hide: Collection[str]) -> list[tuple[str, str]]:
    """The calculator's figures; other results stand in the answers already."""
    found = result_of(reading.sheet, reading.row.content, hide=hide)
    if found is None or reading.sheet.code != "investment":
        return []
    if found.kept:
        return [("計算の結果", "非公開")]
    data = found.data
    if "refusal" in data:
        return [("計算の結果", data["refusal"])]
    return [
        ("1年の効果", data["benefit"]),
        ("回収期間", data["payback"]),
        ("正味現在価値（NPV）", data["npv"]),
        ("内部収益率（IRR）", data["irr"]),
        *(
            (f"{year}年目まで", f"{flow}（累計 {balance}）")
            for year, flow, balance in data["years"]
        ),
    ]
