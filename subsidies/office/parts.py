"""The parts of a scheme's rules as the editor shows them: pages of single values, lists of items."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from subsidies.office import forms, item_forms, quote_forms, review_forms
from subsidies.office.base_forms import PartForm

Rules = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the editor. `keys` are the rules' keys it writes, to find its problems by.

    A part is a page of values (`form`) or a list of items (`item`), whose entries stand under
    `path` in the JSON; `label` names an entry.
    """

    code: str
    title: str | Promise
    keys: tuple[str, ...]
    hint: str | Promise = ""
    form: type[PartForm] | None = None
    item: type[item_forms.ItemForm] | None = None
    label: Callable[[Rules], str] = lambda entry: str(entry.get("name", ""))

    @property
    def path(self) -> str:
        return self.keys[0]


PARTS = (
    Part(
        "money",
        _("補助率・上限・端数"),
        ("rate", "cap_yen", "floor_yen", "tax_mode", "round_unit_yen", "round_point", "used_goods"),
        form=forms.MoneyForm,
    ),
    Part(
        "variants",
        _("条件で変わる補助率"),
        ("rate_variants",),
        _("申告した内容によって率が変わるとき（例：SDGs宣言企業は5分の4）。"),
        item=item_forms.VariantForm,
    ),
    Part(
        "deadlines",
        _("期限と保存年限"),
        (
            "review_days",
            "correction_days",
            "withdrawal_days",
            "arrival_days",
            "report_days",
            "report_latest",
            "claim_days",
            "minor_change_percent",
            "follow_up_years",
            "follow_up_by",
            "tax_credit_by",
            "hearing_days",
            "retention_years",
            "retention_class",
        ),
        form=forms.DeadlinesForm,
    ),
    Part("categories", _("経費区分"), ("categories",), item=item_forms.CategoryForm),
    Part(
        "criteria",
        _("申請の要件"),
        ("criteria",),
        _("申請できるかの確認で、1問ずつ尋ねます。"),
        item=item_forms.CriterionForm,
        label=lambda entry: str(entry.get("question", "")),
    ),
    Part(
        "prerequisites",
        _("先に済ませること"),
        ("prerequisites",),
        _("診断・妥当性評価・エントリーなど。"),
        item=item_forms.PrerequisiteForm,
    ),
    Part(
        "stacking",
        _("ほかの補助金との関係"),
        ("stacking",),
        _("同時に受けられない、先に受けていること、あわせて受けられる。"),
        item=item_forms.StackForm,
    ),
    Part(
        "reapply",
        _("もう一度の申請の制限"),
        ("reapply",),
        _("このポータルの交付の記録で確かめます。"),
        form=forms.ReapplyForm,
    ),
    Part(
        "tasks",
        _("申請書の課題（まとまり）"),
        ("tasks",),
        _("条件を付けると、当てはまる人にだけ表示します。"),
        item=item_forms.TaskForm,
    ),
    Part(
        "questions",
        _("申請書の設問"),
        ("questions",),
        _("条件や、修了者の簡単な様式を決められます。"),
        item=item_forms.QuestionForm,
        label=lambda entry: str(entry.get("label", "")),
    ),
    Part("documents", _("添付書類"), ("documents",), item=item_forms.DocumentForm),
    Part("quotes", _("相見積"), ("quotes",), form=quote_forms.QuotesForm),
    Part(
        "scoring",
        _("採点表"),
        ("scoring",),
        _("審査する公募で使います。"),
        item=item_forms.ScoringForm,
    ),
    Part("bonus", _("加点"), ("bonus",), item=item_forms.BonusForm),
    Part(
        "review",
        _("審査のしかた"),
        ("bonus_use", "ties", "partial_grant", "blind_review"),
        _("最低合計点、加点の使い方、同点のとき、残りの予算、企業名を伏せるか。"),
        form=review_forms.ReviewForm,
    ),
    Part(
        "payment",
        _("支払・返還・財産"),
        ("advance_payment", "advance_percent", "asset_unit_yen", "recovery", "revoke_after_final"),
        _("概算払、違約加算金と延滞金、台帳に載せる財産。"),
        form=forms.PaymentForm,
    ),
    Part(
        "texts",
        _("交付要綱・補助条件・教示文"),
        (
            "guideline",
            "preparation",
            "conditions",
            "appeal_on",
            "appeal_text",
            "office_checks",
            "unconfirmed",
        ),
        form=forms.TextsForm,
    ),
    Part("forms", _("様式番号と名前"), ("forms",), form=forms.PapersForm),
    Part(
        "mails",
        _("お知らせの文面"),
        ("mails",),
        _("空欄の文面には、標準の文を使います。"),
        form=forms.MailsForm,
    ),
)
BY_CODE = {part.code: part for part in PARTS}


def entries(rules: Rules, part: Part) -> list[dict[str, Any]]:
    """The items of a list part."""
    if part.code == "scoring":
        return list((rules.get("scoring") or {}).get("criteria", []))
    return list(rules.get(part.path) or [])


def with_entries(rules: Rules, part: Part, items: list[dict[str, Any]]) -> dict[str, Any]:
    """What to save for the part with these items."""
    if part.code == "scoring":
        return {"scoring": {**(rules.get("scoring") or {}), "criteria": items} if items else None}
    return {part.path: items}
