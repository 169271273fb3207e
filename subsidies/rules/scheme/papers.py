"""様式: the papers of a grant's life with the numbers they have where a 要綱 says nothing else.

Numbers and titles vary by ward (domain.md A2), so a scheme version may name its own for each kind.
"""

from collections.abc import Mapping
from typing import Any

from subsidies.rules.scheme.types import PaperForm

APPLICATION = "application"
GRANT = "grant"
REFUSAL = "refusal"
CORRECTION = "correction"
SELECTED = "selected"
WAITING = "waiting"
NOT_SELECTED = "not_selected"
HEARING = "hearing"
CHARGES = "charges"
PAYMENT = "payment"
# 受付証 of what is filed after the decision; it carries the receipt number and no 様式.
FILING_RECEIPT = "filing_receipt"

# Letters that a ward may send without a 文書番号; decisions and rulings always have one.
MAY_GO_WITHOUT_NUMBER = (CORRECTION, SELECTED, WAITING, NOT_SELECTED, HEARING, CHARGES, PAYMENT)
# Letters that no table of their own stands for (portal.letters alone keeps them).
CASE_LETTERS = (CORRECTION, SELECTED, WAITING, NOT_SELECTED, HEARING, CHARGES)

STANDARD = {
    form.code: form
    for form in (
        PaperForm(APPLICATION, "第1号様式", "交付申請書"),
        PaperForm(GRANT, "第2号様式", "交付決定通知書"),
        PaperForm(REFUSAL, "第3号様式", "不交付決定通知書"),
        PaperForm(CORRECTION, "", "補正依頼書"),
        PaperForm(SELECTED, "", "採択通知書"),
        PaperForm(WAITING, "", "補欠通知書"),
        PaperForm(NOT_SELECTED, "", "不採択通知書"),
        PaperForm("withdrawal", "第4号様式", "申請取下書"),
        PaperForm("change", "第5号様式", "変更承認申請書"),
        PaperForm("change_approved", "第5号の2様式", "変更承認通知書"),
        PaperForm("change_refused", "第5号の3様式", "変更不承認通知書"),
        PaperForm("cancellation", "第6号様式", "中止（廃止）承認申請書"),
        PaperForm("cancellation_approved", "第6号の2様式", "中止（廃止）承認通知書"),
        PaperForm("cancellation_refused", "", "中止（廃止）不承認通知書"),
        PaperForm("delay", "第7号様式", "遅延等報告書"),
        PaperForm("delay_instruction", "第7号の2様式", "遅延等に係る指示書"),
        PaperForm("progress", "第8号様式", "遂行状況報告書"),
        PaperForm("completion", "第9号様式", "実績報告書"),
        PaperForm("final_amount", "第10号様式", "額の確定通知書"),
        PaperForm("claim", "第11号様式", "交付請求書"),
        PaperForm("advance", "第11号の2様式", "概算払請求書"),
        PaperForm("advance_approved", "", "概算払通知書"),
        PaperForm("advance_refused", "", "概算払不承認通知書"),
        PaperForm(PAYMENT, "", "支払通知書"),
        PaperForm(HEARING, "", "弁明の機会の付与通知書"),
        PaperForm("revocation", "第12号様式", "交付決定取消通知書"),
        PaperForm("recovery", "第13号様式", "返還命令書"),
        PaperForm(CHARGES, "", "違約加算金・延滞金確定通知書"),
        PaperForm("effect_report", "第14号様式", "効果報告書"),
        PaperForm("tax_credit", "第15号様式", "仕入控除税額報告書"),
        PaperForm("asset_disposal", "第16号様式", "財産処分承認申請書"),
        PaperForm("asset_disposal_approved", "第17号様式", "財産処分承認通知書"),
        PaperForm("asset_disposal_refused", "第17号の2様式", "財産処分不承認通知書"),
    )
}

# 相見積: what a scheme that asks for quotes has them attached as, unless it names other documents.
QUOTES = {
    "code": "quotes",
    "name": "見積書",
    "hint": "相見積が必要な経費の、すべての会社の見積書。",
    "required": False,
    "many": True,
}
QUOTE_REQUESTS = {
    "code": "quote_requests",
    "name": "見積依頼書",
    "hint": "見積書より前の日付が入ったもの。メールの写しでも構いません。",
    "required": False,
    "many": True,
}

# Versions published in the first months name three numbers by keys of their own; they never change,
# so they stay readable.
FORMER_KEYS = {"application_form_no": (APPLICATION,), "letter_form_no": (GRANT, REFUSAL)}


def numbered(data: Mapping[str, Any]) -> dict[str, Any]:
    """`forms` of a version's JSON (kind → number and title) with what the former keys say."""
    former = {
        kind: {"number": data[key], "title": STANDARD[kind].title}
        for key, kinds in FORMER_KEYS.items()
        if data.get(key)
        for kind in kinds
    }
    return {**former, **(data.get("forms") or {})}
