"""Papers of a selection as bytes: 審査結果一覧, 議事録, 起案文, 採点票, 支出負担行為, and all in one ZIP.

Japanese whatever the official reads: they are the ward's documents. With the same rows each is the
same byte for byte, because its date is that of the proposal or the approval.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from portal.exports.reports import Column
from portal.exports.writers import XLSX, writer
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.documents import render_pdf
from portal.kernel.money import format_yen
from portal.ui.exports import neutral
from programs.models import Firm, Ward
from subsidies import packages
from subsidies.committee.models import Assignment, Exclusion
from subsidies.committee.selectors import sheets_of
from subsidies.committee.states import RECUSED
from subsidies.models import Call
from subsidies.rules.ranking import decimal
from subsidies.selection.models import Minutes, Selection

OUTCOMES = {"selected": "採択", "waiting": "補欠", "not_selected": "不採択"}
COLUMNS: tuple[Column, ...] = (
    Column("順位", "number"),
    Column("受付番号"),
    Column("申請者"),
    Column("事業名"),
    Column("結果"),
    Column("得点"),
    Column("平均点"),
    Column("点差"),
    Column("加点"),
    Column("加点の根拠"),
    Column("補助額（円）", "yen"),
    Column("採択額（円）", "yen"),
    Column("累計（円）", "yen"),
    Column("理由"),
    Column("注意"),
)


def results_xlsx(run: Selection) -> bytes:
    """審査結果一覧 as a workbook: one row per application, the criteria's averages at the end."""
    criteria = run.result["criteria"]
    columns = (*COLUMNS, *(Column(item["name"]) for item in criteria))
    stream = io.BytesIO()
    book = writer(XLSX, stream, columns, "審査結果一覧")
    for line in run.result["lines"]:
        book.row(
            [*cells_of(line), *(_points(line["by_criterion"].get(c["code"])) for c in criteria)]
        )
    book.close()
    return stream.getvalue()


def results_pdf(run: Selection) -> bytes:
    """審査結果一覧 as a tagged PDF."""
    rows = [
        [
            str(line["rank"] or "—"),
            line["receipt_no"],
            line["firm_name"],
            OUTCOMES[line["outcome"]],
            _points(line["points"]),
            _points(line["average"]),
            _facts_of(line) or "—",
            format_yen(line["amount_yen"]),
            format_yen(line["cumulative_yen"]),
            line["reason"] or "—",
        ]
        for line in run.result["lines"]
    ]
    return _pdf(
        run,
        title="審査結果一覧",
        landscape=True,
        facts=[
            ["予算の残額", format_yen(run.budget_yen)],
            ["最低合計点", _points(run.result["minimum_total"]) or "なし"],
            ["照合値（SHA-256）", run.sha256],
        ],
        parts=[
            {
                "caption": "順位と結果",
                "widths": [
                    "9mm",
                    "30mm",
                    "1fr",
                    "14mm",
                    "13mm",
                    "14mm",
                    "46mm",
                    "24mm",
                    "25mm",
                    "38mm",
                ],
                "head": [
                    "順位",
                    "受付番号",
                    "申請者",
                    "結果",
                    "得点",
                    "平均",
                    "加点の根拠",
                    "採択額",
                    "累計",
                    "理由",
                ],
                "rows": rows,
            }
        ],
    )


def minutes_pdf(run: Selection, minutes: Minutes) -> bytes:
    """議事録: who was there, who stepped back, the votes and what was decided."""
    members = list(run.call.review.members.select_related("user"))
    there = set(minutes.present)
    named = "、".join(
        f"{m.user.name}（委員長）" if m.is_chair else m.user.name
        for m in members
        if m.number in there
    )
    selected = [line for line in run.result["lines"] if line["outcome"] == "selected"]
    return _pdf(
        run,
        title="審査会議事録",
        facts=[
            ["開催日", clock.wareki(minutes.held_on)],
            ["場所", minutes.place],
            ["出席した委員", named],
            ["定足数", f"委員{len(members)}人のうち{len(there)}人が出席（半数以上で成立）"],
            [
                "採決",
                f"賛成{minutes.votes_for}、反対{minutes.votes_against}、棄権{minutes.votes_abstained}"
                + ("（可否同数のため、委員長が決した）" if minutes.was_tied else ""),
            ],
            ["議決", "否決"]
            if not minutes.is_carried
            else ["議決", f"採択{len(selected)}件、審査結果一覧のとおり"],
            ["議事の要旨", minutes.remarks],
        ],
        parts=[
            {
                "caption": "回避・除斥",
                "widths": ["20mm", "40mm", "1fr"],
                "head": ["案件", "委員", "理由"],
                "rows": _recusals(run.call),
            }
        ],
    )


def draft_pdf(run: Selection) -> bytes:
    """起案文."""
    lines = run.result["lines"]
    counts = {code: sum(line["outcome"] == code for line in lines) for code in OUTCOMES}
    approved = run.approved_at
    return _pdf(
        run,
        title="補助事業の採択について（起案）",
        paragraphs=[run.reason],
        facts=[
            ["起案", f"{run.prepared_by.name}　{clock.wareki(clock.to_date(run.prepared_at))}"],
            [
                "決裁",
                f"{run.approved_by.name}　{clock.wareki(clock.to_date(approved))}"
                if run.approved_by and approved
                else "決裁前",
            ],
            *([label, f"{counts[code]}件"] for code, label in OUTCOMES.items()),
            ["採択額の合計", format_yen(sum(line["amount_yen"] for line in lines))],
            ["予算の残額", format_yen(run.budget_yen)],
            [
                "採択と交付決定",
                "採択し、見積を確認してから交付を決定する"
                if run.is_separate
                else "採択と同時に交付を決定する",
            ],
            ["照合値（SHA-256）", run.sha256],
        ],
    )


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
    return _pdf(run, title="採点票", parts=parts)


def spending_csv(run: Selection) -> bytes:
    """支出負担行為 data of the selected: UTF-8 with BOM, formulas neutralised, yen as numbers."""
    stream = io.StringIO(newline="")
    sheet = csv.writer(stream)
    sheet.writerow(["年度", "制度", "受付番号", "法人番号", "相手方", "件名", "金額（円）", "順位"])
    chosen = [line for line in run.result["lines"] if line["outcome"] == "selected"]
    numbers = dict(
        Firm.objects.filter(pk__in=[line["firm_id"] for line in chosen]).values_list(
            "pk", "corporate_number"
        )
    )
    for line in chosen:
        cells = [
            run.call.fiscal_year,
            run.call.version.scheme.name,
            line["receipt_no"],
            numbers.get(line["firm_id"], ""),
            line["firm_name"],
            line["title"],
            line["amount_yen"],
            line["rank"],
        ]
        sheet.writerow([neutral(cell) for cell in cells])
    return ("\ufeff" + stream.getvalue()).encode()


def package_zip(run: Selection, minutes: Minutes | None, *, actor: Actor) -> bytes:
    """決裁資料: all papers and a manifest with the SHA-256 of each, for the ward's own system."""
    files = {
        "01_起案文.pdf": draft_pdf(run),
        "02_審査結果一覧.pdf": results_pdf(run),
        "03_審査結果一覧.xlsx": results_xlsx(run),
        "04_採点票.pdf": sheets_pdf(run, actor=actor),
        "05_支出負担行為.csv": spending_csv(run),
    }
    if minutes is not None:
        files["06_議事録.pdf"] = minutes_pdf(run, minutes)
    return packages.pack(files, made_at=_made_at(run), selection=run.pk, result_sha256=run.sha256)


def _pdf(
    run: Selection,
    *,
    title: str,
    facts: Iterable[list[str]] = (),
    paragraphs: Iterable[str] = (),
    parts: Iterable[dict[str, Any]] = (),
    landscape: bool = False,
) -> bytes:
    ward = Ward.objects.get(pk=run.ward_id)
    data = {
        "title": title,
        "subtitle": f"{ward.name}　{run.call.version.scheme.name}　"
        f"{clock.wareki_fiscal_year(run.call.fiscal_year)} 第{run.call.round}回",
        "author": ward.name,
        "keywords": [run.sha256],
        "footer": f"{run.call.version.scheme.name}　{run.sha256[:16]}",
        "landscape": landscape,
        "facts": list(facts),
        "paragraphs": list(paragraphs),
        "parts": list(parts),
    }
    return render_pdf("selection", data, made_at=_made_at(run))


def _made_at(run: Selection) -> dt.datetime:
    moment: dt.datetime = run.approved_at or run.prepared_at
    return moment


def cells_of(line: Mapping[str, Any]) -> list[str | int | None]:
    """A line of the frozen result in the order of COLUMNS."""
    return [
        line["rank"],
        line["receipt_no"],
        line["firm_name"],
        line["title"],
        OUTCOMES[line["outcome"]],
        _points(line["points"]),
        _points(line["average"]),
        _points(line["spread"]),
        str(sum(item["points"] for item in line["bonus"])),
        _facts_of(line),
        line["wanted_yen"],
        line["amount_yen"],
        line["cumulative_yen"],
        line["reason"],
        "、".join(line["marks"]),
    ]


def _facts_of(line: Mapping[str, Any]) -> str:
    return "、".join(item["text"] for item in line["bonus"] if item["points"])


def _points(written: str | None) -> str:
    return decimal(Fraction(written)) if written else ""


def _recusals(call: Call) -> list[list[str]]:
    """Members who stepped back from a case, and those whom a rule kept from it."""
    stepped = (
        Assignment.objects.filter(round=call.review, status=RECUSED)
        .select_related("case", "user")
        .prefetch_related("declarations")
        .order_by("case__number", "member__number")
    )
    rows = [
        [
            str(item.case.number),
            item.user.name,
            "回避：" + "、".join(d.get_relation_display() for d in item.declarations.all()),
        ]
        for item in stepped
    ]
    kept = (
        Exclusion.objects.filter(case__round=call.review)
        .select_related("case", "member__user")
        .order_by("case__number", "member__number")
    )
    return rows + [
        [str(item.case.number), item.member.user.name, f"除斥：{item.reason}"] for item in kept
    ]
