"""書類点検表: what an official ticks off before the review."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from subsidies.rules.scheme import Prerequisite, SchemeRules

PREREQUISITE = "prerequisites"
# What the ward's own version adds, by its place there: a version never changes.
OFFICE = "office"


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One line of the list. `document` is the requirement whose files belong to it, or "".

    `rests_on` names the correctable fields that it is judged by besides its own: mended, they have
    to be looked at again, and they are what a correction asks for.
    """

    code: str
    name: str
    hint: str = ""
    document: str = ""
    rests_on: tuple[str, ...] = ()


def items(rules: SchemeRules) -> tuple[CheckItem, ...]:
    """The form, the eligibility, what comes before it, the budget, each document, the ward's own."""
    documents = tuple(
        CheckItem(f"documents.{item.code}", item.name, item.hint, item.code)
        for item in rules.documents
    )
    return (
        CheckItem("answers", _("申請書の記載"), _("空欄や食い違いがないか")),
        CheckItem("eligibility", _("申請の要件"), _("中小企業者か、区内に事業所があるか")),
        *(_prerequisite(rules, need) for need in rules.prerequisites),
        CheckItem("expenses", _("経費と見積書"), _("金額・日付・宛名が見積書と合うか")),
        *documents,
        *(
            CheckItem(f"{OFFICE}.{number}", text, _("区が確かめて、結果を所見に書くこと"))
            for number, text in enumerate(rules.office_checks, start=1)
        ),
    )


def _prerequisite(rules: SchemeRules, need: Prerequisite) -> CheckItem:
    """先に済ませること (診断, 事業計画の確認 …): by what the firm said, by its paper, or both."""
    criterion, document = rules.criterion(need.criterion), rules.document(need.document)
    ways, rests_on = [], []
    if criterion:
        ways.append(_("申請要件の回答「%(question)s」") % {"question": criterion.question})
        rests_on.append("eligibility")
    if document:
        ways.append(_("書類「%(name)s」") % {"name": document.name})
        rests_on.append(f"documents.{document.code}")
    return CheckItem(
        f"{PREREQUISITE}.{need.code}",
        _("先に済ませること：%(name)s") % {"name": need.name},
        _("確かめるもの：%(ways)s") % {"ways": _("、").join(ways)},
        rests_on=tuple(rests_on),
    )


def item(rules: SchemeRules, code: str) -> CheckItem | None:
    return next((entry for entry in items(rules) if entry.code == code), None)
