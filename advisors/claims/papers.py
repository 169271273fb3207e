"""請求書 and 月次報告書: Japanese, dates in 和暦; data only, the layout is templates/documents/claim.typ.

Before the approval they are made when they are asked for; from then on they are kept
(services.papers). Number, lines, yen and words of a claim that stands do not change, and its submission is
the PDF's time, so that it is the same file each time.
"""

from typing import Any

from django.utils.translation import override

from advisors import codes
from advisors.claims.models import Claim, ClaimLine, Payee
from advisors.claims.selectors.lines import Sheet
from advisors.claims.words import note_texts
from portal.kernel import clock
from portal.kernel.documents import render_pdf

Data = dict[str, Any]

TEMPLATE = "claim"
PRICED = (
    "金額は消費税込み。1回の謝金は、受理のときに記録された謝金表の1時間の額に、"
    "支払う時間を掛け、1円未満を切り捨てたもの。"
)
WITHHELD = (
    "源泉徴収税額は所得税法第204条第1項・第205条と復興財源確保法第28条による"
    "（100万円まで10.21%、超える部分は20.42%、1円未満切捨て）。"
)


def claim_pdf(claim: Claim, sheet: Sheet) -> bytes:
    """謝金請求書."""
    return _pdf(claim, claim_data(claim, sheet))


def report_pdf(claim: Claim, sheet: Sheet) -> bytes:
    """月次活動報告書."""
    return _pdf(claim, report_data(claim, sheet))


def claim_data(claim: Claim, sheet: Sheet) -> Data:
    """What stands in the 請求書."""
    with override("ja"):
        return {
            **_head(claim, "謝金請求書"),
            "lead": f"{clock.wareki_month(claim.month)}分の謝金を、次のとおり請求します。",
            "facts": _totals(claim),
            "parts": [
                {
                    "title": "明細",
                    "widths": ["13%", "1fr", "17%", "15%", "13%", "15%"],
                    "heads": ["訪問日", "訪問先", "時間", "謝金", "交通費", "計"],
                    "rows": [_line(line) for line in sheet.lines],
                }
            ],
            "texts": [],
            "notes": [
                PRICED,
                *_withholding_note(claim),
            ],
        }


def report_data(claim: Claim, sheet: Sheet) -> Data:
    """What stands in the 月次報告書. Corrections are no visits."""
    visits = [line for line in sheet.lines if line.visit_id]
    minutes = sum(line.minutes for line in visits)
    with override("ja"):
        return {
            **_head(claim, "月次活動報告書"),
            "lead": f"{clock.wareki_month(claim.month)}の活動を、次のとおり報告します。",
            "facts": [
                ("訪問", f"{len(visits)}回"),
                ("訪問した企業", f"{len({line.firm_id for line in visits})}社"),
                ("時間の計", _hours(minutes)),
            ],
            "parts": [
                {
                    "title": "訪問",
                    "widths": ["20%", "1fr", "18%", "18%"],
                    "heads": ["訪問日", "訪問先", "役割", "時間"],
                    "rows": [
                        [
                            clock.wareki(line.visited_on),
                            line.firm_name,
                            str(codes.SIDES.get(line.side, line.side)),
                            _hours(line.minutes),
                        ]
                        for line in visits
                    ],
                }
            ],
            "texts": [
                ("今月したこと", claim.done),
                ("分かったこと", claim.findings),
                ("来月すること", claim.next_month),
            ],
            "notes": [],
        }


def _head(claim: Claim, title: str) -> Data:
    assert claim.submitted_at is not None
    return {
        "title": title,
        "number": claim.number,
        "document_no": claim.number,
        "date": clock.wareki(clock.to_date(claim.submitted_at)),
        "to": ["（宛先）", f"{claim.ward.mayor_title}（{claim.ward.office}）"],
        "from": [
            claim.payee_name,
            *([f"登録番号 {claim.registration_no}"] if claim.registration_no else []),
            *([f"相談員 {claim.advisor_name}"] if claim.payee_name != claim.advisor_name else []),
        ],
        "issuer_office": claim.payee_name,
        "keywords": [title, claim.number],
        "footer": f"{title}　{claim.number}",
    }


def _totals(claim: Claim) -> list[tuple[str, str]]:
    return [
        ("謝金", _yen(claim.fee_yen)),
        ("交通費", _yen(claim.travel_yen)),
        ("請求額", f"{_yen(claim.total_yen)}（うち消費税10% {_yen(claim.tax_yen)}）"),
        ("源泉徴収税額", _yen(claim.withheld_yen) if claim.withheld_yen else "なし"),
        ("差引支払額", _yen(claim.pay_yen)),
    ]


def _withholding_note(claim: Claim) -> list[str]:
    if claim.withheld_yen:
        return [WITHHELD]
    if claim.payee_kind == Payee.Kind.COMPANY:
        return ["支払先が法人のため、源泉徴収はしない。"]
    return []


def _line(line: ClaimLine) -> list[str]:
    notes = ["前の請求の訂正", line.correction.reason] if line.correction else []
    notes += note_texts(line.notes)
    where = line.firm_name + (f"（{'、'.join(notes)}）" if notes else "")
    hours = "—" if line.correction else _hours(line.paid_minutes)
    return [
        f"{line.visited_on.month}月{line.visited_on.day}日",
        where,
        hours,
        _yen(line.fee_yen),
        _yen(line.travel_yen),
        _yen(line.total_yen),
    ]


def _hours(minutes: int) -> str:
    whole, rest = divmod(minutes, 60)
    return f"{whole}時間{rest}分" if whole and rest else f"{whole}時間" if whole else f"{rest}分"


def _yen(amount: int) -> str:
    return f"−{-amount:,}円" if amount < 0 else f"{amount:,}円"


def _pdf(claim: Claim, data: Data) -> bytes:
    assert claim.submitted_at is not None
    return render_pdf(TEMPLATE, data, made_at=claim.submitted_at)
