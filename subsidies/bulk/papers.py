"""決裁資料 of decisions: 起案文, 算定, 書類点検 and 支出負担行為 in one ZIP for the ward's own document system.

Japanese whatever the official reads: they are the ward's documents. With the same decisions the ZIP
is the same byte for byte, because its time is that of the last proposal or approval.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from portal.exports.reports import Cell, Column
from portal.exports.writers import CSV, XLSX
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.documents import render_pdf
from portal.kernel.money import format_yen
from programs.models import Ward
from subsidies import packages, policies
from subsidies.checks import check_lines
from subsidies.ledger.selectors import corporate_numbers
from subsidies.models import Decision

_MONEY = "yen"
_CALCULATION = (
    Column("受付番号"),
    Column("申請者"),
    Column("算定の段階"),
    Column("式"),
    Column("額（円）", _MONEY),
)
_CHECKS = (
    Column("受付番号"),
    Column("申請者"),
    Column("点検項目"),
    Column("結果"),
    Column("所見"),
    Column("点検者"),
    Column("点検日時", "moment"),
)
_COMMITMENTS = (
    Column("年度", "number"),
    Column("予算科目"),
    Column("制度"),
    Column("受付番号"),
    Column("文書番号"),
    Column("決定日", "date"),
    Column("債権者"),
    Column("法人番号"),
    Column("件名"),
    Column("金額（円）", _MONEY),
)


def decisions_of(actor: Actor, applications: Iterable[int]) -> list[Decision]:
    """The decisions of these applications with all that the papers name, in order of arrival."""
    rows = policies.visible_decisions(actor).filter(application__in=list(applications))
    return list(
        rows.select_related(
            "application__call", "application__version__scheme", "prepared_by", "approved_by"
        ).order_by("application__submitted_at", "application_id")
    )


def file_name(of: str) -> str:
    """The package's name; `of` is a receipt number or a day."""
    return f"決裁資料_{of}.zip"


def package_zip(decisions: Sequence[Decision]) -> bytes:
    """The package of these decisions, proposed or approved, with the SHA-256 of each paper.

    They come from `decisions_of`.
    """
    made_at = max(decision.approved_at or decision.prepared_at for decision in decisions)
    sheet, booked = packages.sheet, _commitments(decisions)
    files = {
        "01_起案文.pdf": draft_pdf(decisions, made_at),
        "02_算定.xlsx": sheet(XLSX, _CALCULATION, "算定", _calculation(decisions)),
        "03_書類点検.xlsx": sheet(XLSX, _CHECKS, "書類点検", _checks(decisions)),
        "04_支出負担行為.csv": sheet(CSV, _COMMITMENTS, "支出負担行為", booked),
    }
    return packages.pack(files, made_at=made_at)


def draft_pdf(decisions: Sequence[Decision], made_at: dt.datetime) -> bytes:
    """起案文: what is to be decided, of whom, for how much and why; who proposed and who decided."""
    first = decisions[0].application
    ward = Ward.objects.get(pk=first.ward_id)
    granted = [item for item in decisions if item.outcome == Decision.Outcome.GRANT]
    facts = [
        ["起案", _names((item.prepared_by.name, item.prepared_at) for item in decisions)],
        [
            "決裁",
            _names(
                (item.approved_by.name, item.approved_at)
                for item in decisions
                if item.approved_by and item.approved_at
            )
            or "決裁前",
        ],
        ["交付", f"{len(granted)}件　{format_yen(sum(item.amount_yen for item in granted))}"],
        ["不交付", f"{len(decisions) - len(granted)}件"],
    ]
    scheme = "、".join(sorted({item.application.scheme_name for item in decisions}))
    return render_pdf(
        "selection",
        {
            "title": "補助金の交付・不交付の決定について（起案）",
            "subtitle": f"{ward.name}　{scheme}",
            "author": ward.name,
            "keywords": [item.document_no for item in decisions if item.document_no][:20],
            "footer": f"{ward.name}　{clock.wareki(clock.to_date(made_at))}",
            "landscape": True,
            "facts": facts,
            "paragraphs": ["次のとおり決定してよろしいか。"],
            "parts": [
                {
                    "caption": "決定の案",
                    "widths": ["34mm", "1fr", "16mm", "26mm", "34mm", "80mm"],
                    "head": ["受付番号", "申請者", "区分", "交付額", "文書番号", "理由"],
                    "rows": [_line(item) for item in decisions],
                }
            ],
        },
        made_at=made_at,
    )


def _line(decision: Decision) -> list[str]:
    granted = decision.outcome == Decision.Outcome.GRANT
    return [
        decision.application.receipt_no or "",
        decision.application.firm_name,
        "交付" if granted else "不交付",
        format_yen(decision.amount_yen) if granted else "—",
        decision.document_no or "決裁前",
        decision.reason,
    ]


def _names(found: Iterable[tuple[str, dt.datetime]]) -> str:
    """Each person with the days, in order of the first one."""
    days: dict[str, set[dt.date]] = {}
    for name, moment in found:
        days.setdefault(name, set()).add(clock.to_date(moment))
    return "、".join(
        f"{name}　{'・'.join(clock.wareki(day) for day in sorted(when))}"
        for name, when in days.items()
    )


def _calculation(decisions: Sequence[Decision]) -> Iterator[Sequence[Cell]]:
    for decision in decisions:
        case = decision.application
        for step in decision.calculation["steps"]:
            yield [case.receipt_no, case.firm_name, step["label"], step["formula"], step["value"]]
        verdict = "決定の案（交付）" if decision.amount_yen else "決定の案（不交付）"
        yield [case.receipt_no, case.firm_name, verdict, "", decision.amount_yen]


def _checks(decisions: Sequence[Decision]) -> Iterator[Sequence[Cell]]:
    for decision in decisions:
        case = decision.application
        for line in check_lines(case):
            check = line.check
            yield [
                case.receipt_no,
                case.firm_name,
                str(line.item.name),
                str(check.get_verdict_display()) if check else "未点検",
                check.note if check else "",
                check.checked_by.name if check else "",
                check.checked_at if check else None,
            ]


def _commitments(decisions: Sequence[Decision]) -> Iterator[Sequence[Cell]]:
    numbers = corporate_numbers({item.application.firm_id for item in decisions})
    for decision in decisions:
        case = decision.application
        if decision.outcome == Decision.Outcome.GRANT:
            yield [
                case.call.fiscal_year,
                case.call.budget_line,
                case.scheme_name,
                case.receipt_no,
                decision.document_no or "",
                decision.decided_on,
                case.firm_name,
                numbers.get(case.firm_id, ""),
                case.title,
                decision.amount_yen,
            ]
