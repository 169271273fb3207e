"""書類点検表: what an official ticks off before the review."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from subsidies.rules.scheme import SchemeRules


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One line of the list. `document` is the requirement whose files belong to it, or ""."""

    code: str
    name: str
    hint: str = ""
    document: str = ""


def items(rules: SchemeRules) -> tuple[CheckItem, ...]:
    """The application form, the eligibility, the budget, then each document."""
    documents = tuple(
        CheckItem(f"documents.{item.code}", item.name, item.hint, item.code)
        for item in rules.documents
    )
    return (
        CheckItem("answers", _("申請書の記載"), _("空欄や食い違いがないか")),
        CheckItem("eligibility", _("申請の要件"), _("中小企業者か、区内に事業所があるか")),
        CheckItem("expenses", _("経費と見積書"), _("金額・日付・宛名が見積書と合うか")),
        *documents,
    )


def item(rules: SchemeRules, code: str) -> CheckItem | None:
    return next((entry for entry in items(rules) if entry.code == code), None)
