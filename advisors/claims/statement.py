"""支払調書 as a PDF: Japanese, amounts as kept; data only, the layout is templates/documents/statement.typ.

個人番号 is not kept by the portal, nor the payee's address: both fields are left to be written by hand. A
company's 法人番号 follows its registration number (T and the 法人番号).
"""

import datetime as dt
from typing import Any

from django.utils.translation import override

from advisors.claims.selectors.yearly import Row
from advisors.claims.yearly import Statement
from portal.kernel import clock
from portal.kernel.documents import render_pdf

Data = dict[str, Any]

TITLE = "報酬、料金、契約金及び賞金の支払調書"
# 区分 of the form for fees of 所得税法204条1項2号.
KIND = "企業診断等の報酬"
DETAIL = "小規模工場への伴走支援（訪問しての相談・助言）"
BY_HAND = ""


def statement_pdf(row: Row, year: int, *, now: dt.datetime) -> bytes:
    """One payee's year."""
    return render_pdf("statement", statement_data(row, year, now=now), made_at=now)


def statement_data(row: Row, year: int, *, now: dt.datetime) -> Data:
    """What stands in it."""
    with override("ja"):
        ward, found = row.claim.ward, row.statement
        title = f"{_year(year)}分　{TITLE}"
        today = clock.to_date(now)
        return {
            "title": title,
            "payee": [
                ["住所（居所）又は所在地", BY_HAND],
                ["氏名又は名称", found.name],
                [_number_word(found), _corporate_number(row)],
            ],
            "lines": [[KIND, DETAIL, _yen(found.amount_yen), _yen(found.withheld_yen)]],
            "remarks": _remarks(found, year, today),
            "payer": [
                ["住所（居所）又は所在地", BY_HAND],
                ["氏名又は名称", f"{ward.name}（{ward.office}）"],
                ["電話", BY_HAND],
                ["個人番号又は法人番号", BY_HAND],
            ],
            "notes": [
                "空欄は手書きで記入する。個人番号はこのシステムに保存していない。",
                "本人に交付する写しには個人番号を記入しない。",
                f"作成日　{clock.wareki(today)}",
            ],
            "issuer_office": f"{ward.name}{ward.office}",
            "keywords": [TITLE, str(year)],
            "footer": f"{title}　{found.name}",
        }


def _number_word(found: Statement) -> str:
    return "法人番号" if found.is_company else "個人番号（手書きで記入）"


def _corporate_number(row: Row) -> str:
    """T1234567890123 → 1234567890123, of a company alone."""
    number = row.registration_no
    return number.removeprefix("T") if row.statement.is_company and number else BY_HAND


def _remarks(found: Statement, year: int, today: dt.date) -> list[str]:
    texts = [f"支払の回数 {found.payments}回", f"支払金額のうち消費税等 {_yen(found.tax_yen)}"]
    if found.is_company:
        texts.append("支払先が法人のため源泉徴収なし")
    if found.unpaid_yen:
        texts.append(f"年内に決裁し未払 {_yen(found.unpaid_yen)}（支払金額に含まない）")
    if today.year == year:
        texts.append(f"年の途中の額（{clock.wareki(today)}まで）")
    return texts


def _year(year: int) -> str:
    return clock.wareki_fiscal_year(year).removesuffix("度")


def _yen(amount: int) -> str:
    return f"{amount:,}円"
