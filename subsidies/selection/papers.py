"""Papers of a selection that are kept: 審査結果一覧, 採択者一覧, 議事録; the rest is in `package`.

Japanese whatever the official reads: they are the ward's documents. With the same rows each is the
same byte for byte, because its date is that of the proposal or the approval.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from portal.exports.reports import Column
from portal.kernel import clock
from portal.kernel.documents import render_pdf
from portal.kernel.money import format_yen
from programs.models import Ward
from subsidies import packages
from subsidies.committee.models import Assignment, Exclusion
from subsidies.committee.states import RECUSED
from subsidies.models import Call
from subsidies.rules.ranking import decimal
from subsidies.selection.models import Minutes, Selection

Data = dict[str, Any]
# The papers that get a 文書番号 of their own with the approval.
NUMBERED = {"list": "採択者一覧", "results": "審査結果一覧", "minutes": "審査会議事録"}
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

# Heads and widths of the paper's table.
RESULTS = (
    ("順位", "9mm"),
    ("受付番号", "30mm"),
    ("申請者", "1fr"),
    ("結果", "14mm"),
    ("得点", "13mm"),
    ("平均", "14mm"),
    ("加点の根拠", "46mm"),
    ("採択額", "24mm"),
    ("累計", "25mm"),
    ("理由", "38mm"),
)


def results_table(run: Selection) -> Data:
    """審査結果一覧 as a workbook: one row per application, the criteria's averages and the 文書番号
    at the end.
    """
    criteria, number = run.result["criteria"], number_of(run, "results")
    columns = (*COLUMNS, *(Column(item["name"]) for item in criteria), Column("文書番号"))
    rows = (
        [
            *cells_of(line),
            *(_points(line["by_criterion"].get(item["code"])) for item in criteria),
            number,
        ]
        for line in run.result["lines"]
    )
    return packages.table_of(columns, "審査結果一覧", rows, document_no=number)


def results_data(run: Selection) -> Data:
    """審査結果一覧."""
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
    return data_of(
        run,
        number=number_of(run, "results"),
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
                "widths": [width for _head, width in RESULTS],
                "head": [head for head, _width in RESULTS],
                "rows": rows,
            }
        ],
    )


def list_data(run: Selection) -> Data:
    """採択者一覧: who is selected with how much, and who waits in which order."""
    lines = run.result["lines"]
    chosen = [line for line in lines if line["outcome"] == "selected"]
    waiting = [line for line in lines if line["outcome"] == "waiting"]
    frame = {
        "widths": ["14mm", "34mm", "1fr", "1fr", "30mm"],
        "head": ["順位", "受付番号", "申請者", "事業名", "額"],
    }
    parts = [
        {"caption": "採択", **frame, "rows": _listed(chosen, "amount_yen")},
        {"caption": "補欠（申請額）", **frame, "rows": _listed(waiting, "wanted_yen")},
    ]
    return data_of(
        run,
        number=number_of(run, "list"),
        title="採択者一覧",
        landscape=True,
        facts=[
            ["採択", f"{len(chosen)}件　{format_yen(run.amount_yen)}"],
            ["補欠", f"{len(waiting)}件"],
            ["予算の残額", format_yen(run.budget_yen)],
            ["照合値（SHA-256）", run.sha256],
        ],
        parts=parts,
    )


def _listed(lines: Iterable[Mapping[str, Any]], amount: str) -> list[list[str]]:
    return [
        [
            str(line["rank"] or "—"),
            line["receipt_no"],
            line["firm_name"],
            line["title"],
            format_yen(line[amount]),
        ]
        for line in lines
    ]


def minutes_data(run: Selection, minutes: Minutes) -> Data:
    """議事録: who was there, who stepped back, the votes and what was decided."""
    members = list(run.call.review.members.select_related("user"))
    there = set(minutes.present)
    named = "、".join(
        f"{m.user.name}（委員長）" if m.is_chair else m.user.name
        for m in members
        if m.number in there
    )
    selected = [line for line in run.result["lines"] if line["outcome"] == "selected"]
    return data_of(
        run,
        number=number_of(run, "minutes"),
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


def pdf(run: Selection, data: Data) -> bytes:
    """A paper's PDF; its time is that of the proposal or the approval."""
    return render_pdf("selection", data, made_at=made_at(run))


def number_of(run: Selection, code: str) -> str:
    """The 文書番号 of a paper (NUMBERED), empty before the approval."""
    return str(run.document_numbers.get(code, ""))


def data_of(
    run: Selection,
    *,
    title: str,
    number: str = "",
    facts: Iterable[list[str]] = (),
    paragraphs: Iterable[str] = (),
    parts: Iterable[dict[str, Any]] = (),
    landscape: bool = False,
) -> Data:
    """What the page of a paper is made from: tables (`parts`) under facts and paragraphs."""
    ward = Ward.objects.get(pk=run.ward_id)
    numbered = [["文書番号", number]] if number else []
    return {
        "document_no": number,
        "title": title,
        "subtitle": f"{ward.name}　{call_name(run.call)}",
        "author": ward.name,
        "keywords": [item for item in (number, run.sha256) if item],
        "footer": f"{number or run.call.version.scheme.name}　{run.sha256[:16]}",
        "landscape": landscape,
        "facts": [*numbered, *facts],
        "paragraphs": list(paragraphs),
        "parts": list(parts),
    }


def call_name(call: Call) -> str:
    """町工場DX「はじめの一歩」補助金　令和8年度 第1回."""
    year = clock.wareki_fiscal_year(call.fiscal_year)
    return f"{call.version.scheme.name}　{year} 第{call.round}回"


def made_at(run: Selection) -> dt.datetime:
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
