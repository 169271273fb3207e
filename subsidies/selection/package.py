"""決裁資料: 起案文, 採点票, 支出負担行為 and the papers that are kept, all in one ZIP.

In Japanese and the same byte for byte, as `papers` says.
"""

from collections.abc import Mapping

from portal.exports.reports import Column
from portal.exports.writers import CSV
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.money import format_yen
from programs.models import Firm
from subsidies import packages
from subsidies.committee.selectors import sheets_of
from subsidies.rules.ranking import decimal
from subsidies.selection import papers
from subsidies.selection.models import Selection

SPENDING = tuple(
    Column(name)
    for name in ("年度", "制度", "受付番号", "法人番号", "相手方", "件名", "金額（円）", "順位")
)


def draft_pdf(run: Selection) -> bytes:
    """起案文."""
    numbers = [
        f"{papers.number_of(run, code)}（{name}）"
        for code, name in papers.NUMBERED.items()
        if papers.number_of(run, code)
    ]
    lines = run.result["lines"]
    counts = {code: sum(line["outcome"] == code for line in lines) for code in papers.OUTCOMES}
    approved = run.approved_at
    data = papers.data_of(
        run,
        title="補助事業の採択について（起案）",
        paragraphs=[run.reason],
        facts=[
            ["文書番号", "、".join(numbers) or "決裁の後に付番"],
            ["起案", f"{run.prepared_by.name}　{clock.wareki(clock.to_date(run.prepared_at))}"],
            [
                "決裁",
                f"{run.approved_by.name}　{clock.wareki(clock.to_date(approved))}"
                if run.approved_by and approved
                else "決裁前",
            ],
            *([label, f"{counts[code]}件"] for code, label in papers.OUTCOMES.items()),
            ["採択額の合計", format_yen(run.amount_yen)],
            ["予算の残額", format_yen(run.budget_yen)],
            [
                "採択と交付決定",
                "採択し、見積を確認してから交付を決定する"
                if run.is_separate
                else "採択と同時に交付を決定する",
            ],
            ["照合値（SHA-256）", f"{run.sha256[:32]}\n{run.sha256[32:]}"],
        ],
    )
    return papers.pdf(run, data)


def sheets_pdf(run: Selection, *, actor: Actor) -> bytes:
    """採点票: every submitted sheet, as it counts."""
    parts = [
        {
            "caption": f"案件{sheet.case_number}　{sheet.member_name}　{decimal(sheet.total)}点",
            "widths": ["60mm", "16mm", "1fr"],
            "head": ["審査項目", "点数", "所見"],
            "rows": [
                *(
                    [
                        item["name"],
                        str(sheet.scores[item["code"]]),
                        sheet.comments.get(item["code"], "") or "—",
                    ]
                    for item in run.result["criteria"]
                ),
                ["講評", "—", sheet.overall],
            ],
        }
        for sheet in sheets_of(run.call, actor=actor)
    ]
    return papers.pdf(run, papers.data_of(run, title="採点票", parts=parts))


def spending_csv(run: Selection) -> bytes:
    """支出負担行為 data of the selected: UTF-8 with BOM, formulas neutralised, yen as numbers."""
    chosen = [line for line in run.result["lines"] if line["outcome"] == "selected"]
    firms = Firm.objects.filter(pk__in=[line["firm_id"] for line in chosen])
    numbers = dict(firms.values_list("pk", "corporate_number"))
    rows = (
        [
            run.call.fiscal_year,
            run.call.version.scheme.name,
            line["receipt_no"],
            numbers.get(line["firm_id"], ""),
            line["firm_name"],
            line["title"],
            line["amount_yen"],
            line["rank"],
        ]
        for line in chosen
    )
    return packages.sheet(CSV, SPENDING, "支出負担行為", rows)


def package_zip(run: Selection, kept: Mapping[str, bytes], *, actor: Actor) -> bytes:
    """決裁資料: all papers and a manifest with the SHA-256 of each, for the ward's own system.

    `kept` are those that stay once the selection is approved (`services.kept`), by address.
    """
    files = {
        "01_起案文.pdf": draft_pdf(run),
        "02_審査結果一覧.pdf": kept["results.pdf"],
        "03_審査結果一覧.xlsx": kept["results.xlsx"],
        "04_採点票.pdf": sheets_pdf(run, actor=actor),
        "05_支出負担行為.csv": spending_csv(run),
    }
    if "minutes.pdf" in kept:
        files["06_議事録.pdf"] = kept["minutes.pdf"]
    files["07_採択者一覧.pdf"] = kept["list.pdf"]
    return packages.pack(
        files, made_at=papers.made_at(run), selection=run.pk, result_sha256=run.sha256
    )
