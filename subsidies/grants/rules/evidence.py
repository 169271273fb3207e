"""証拠書類の連鎖: does each expense lead from its quote to its payment without a break?

決定日 ≤ 発注 ≤ 納品 ≤ 検収 ≤ 支払（引落） ≤ 事業の期限, the quote before the order, the dated request
before the quote where the scheme asks for it; issuer, addressee and amounts chain. Source:
domain.md A3 (品川区: a card counts when it is debited, a subscription for the year's part only;
会計検査院: no 回し手形). Amounts in yen; dates are days in Tokyo.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.kernel.money import format_yen, portion
from portal.ui.markup import era_date

Step = Literal["request", "quote", "order", "delivery", "acceptance", "invoice", "payment"]
Tone = Literal["ok", "explained", "open", "broken", "out"]

STEPS: tuple[Step, ...] = (
    "request",
    "quote",
    "order",
    "delivery",
    "acceptance",
    "invoice",
    "payment",
)
# Paid from the firm's own account to the vendor's, so that the bank's paper shows it.
PAID_BY = ("transfer", "debit", "card")
NOT_PAID_BY = ("cash", "bill", "offset", "points")
# 検収 is often a stamp on the delivery note: its date is asked, a paper of its own is not.
PAPERS: tuple[Step, ...] = ("quote", "order", "delivery", "invoice", "payment")
# What no explanation mends: the expense does not count.
_OUT = frozenset({"before_decision", "after_period", "method"})
# 契約・発注・支払は交付決定日以後 (domain.md A2 step 3): none of them may have happened earlier.
_AFTER_DECISION: tuple[Step, ...] = ("order", "delivery", "acceptance", "payment")


@dataclass(frozen=True, slots=True)
class Terms:
    """What the chain is held against: the decision, the project's end, the day of looking."""

    decided_on: dt.date
    ends_on: dt.date
    today: dt.date
    firm_name: str = ""
    request_needed: bool = False


@dataclass(frozen=True, slots=True)
class Expense:
    """One expense as reported. `net_yen` 税抜, `tax_yen` its tax; invoice and payment 税込.

    A card payment's date is the day of the debit. `used_from` and `used_to` bound a subscription.
    `papers` are the steps that have a file; `explanation` says why something differs.
    `quoted_vendor` is the vendor whose quote the application chose, "" where it named none.
    """

    net_yen: int
    tax_yen: int = 0
    dates: Mapping[Step, dt.date] = field(default_factory=dict)
    papers: frozenset[str] = frozenset()
    method: str = "transfer"
    vendor: str = ""
    issuer: str = ""
    addressee: str = ""
    invoice_yen: int | None = None
    paid_yen: int | None = None
    used_from: dt.date | None = None
    used_to: dt.date | None = None
    explanation: str = ""
    quoted_vendor: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """One step of the chain as it is drawn. `code` names what is wrong, "" where nothing is."""

    step: Step
    tone: Tone
    on: dt.date | None
    text: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """The steps in order, and the yen of the expense that count (`net_yen` 税抜)."""

    links: tuple[Link, ...]
    net_yen: int
    tax_yen: int
    note: str = ""

    @property
    def is_whole(self) -> bool:
        """Every step stands, if need be with an explanation, or the expense does not count."""
        return all(link.tone in {"ok", "explained", "out"} for link in self.links)

    @property
    def is_out(self) -> bool:
        """対象外: what is wrong cannot be mended."""
        return any(link.tone == "out" for link in self.links)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(link.code for link in self.links if link.code)


def names() -> dict[Step, str]:
    """Step → its name."""
    return {
        "request": _("見積依頼"),
        "quote": _("見積"),
        "order": _("発注・契約"),
        "delivery": _("納品"),
        "acceptance": _("検収"),
        "invoice": pgettext("evidence", "請求"),
        "payment": _("支払"),
    }


def methods() -> dict[str, str]:
    """Ways to pay, those that do not count last."""
    return {
        "transfer": _("銀行振込"),
        "debit": _("口座振替"),
        "card": _("法人カード（引落日で判定）"),
    } | {code: _("%(method)s（対象外）") % {"method": name} for code, name in _refused().items()}


def _refused() -> dict[str, str]:
    return {
        "cash": _("現金"),
        "bill": _("手形・小切手"),
        "offset": _("相殺"),
        "points": _("ポイント"),
    }


def examine(expense: Expense, terms: Terms) -> Chain:
    """The chain of one expense, each broken link with what is wrong and how to mend it."""
    wanted = [step for step in STEPS if step != "request" or _has_request(expense, terms)]
    links = tuple(_link(step, expense, terms) for step in wanted)
    if any(link.tone == "out" for link in links):
        return Chain(links, 0, 0)
    period, of_period = _share(expense, terms)
    paid, of_paid = _paid_share(expense)
    net, tax = (portion(yen, period * paid) for yen in (expense.net_yen, expense.tax_yen))
    return Chain(links, net, tax, " ".join(filter(None, (of_period, of_paid))))


def _has_request(expense: Expense, terms: Terms) -> bool:
    return terms.request_needed or "request" in expense.dates


def _link(step: Step, expense: Expense, terms: Terms) -> Link:
    on = expense.dates.get(step)
    explained = bool(expense.explanation.strip())
    for code, text in _faults(step, on, expense, terms):
        if code in _OUT:
            return Link(step, "out", on, text, code)
        if code in {"missing_date", "missing_paper", "future", "missing_amount"}:
            return Link(step, "open", on, text, code)
        return Link(step, "explained" if explained else "broken", on, text, code)
    return Link(step, "ok", on)


def _faults(
    step: Step, on: dt.date | None, expense: Expense, terms: Terms
) -> Iterable[tuple[str, str]]:
    """(code, sentence) of what is wrong with a step, the gravest first."""
    name = names()[step]
    if step == "payment" and expense.method not in PAID_BY:
        yield "method", _method_text(expense.method)
    if on is None:
        yield "missing_date", _("%(step)sの日付を入力してください。") % {"step": name}
        return
    if step in _AFTER_DECISION and on < terms.decided_on:
        text = _early_text(step)
        values = {"step": name, "day": era_date(on), "first": era_date(terms.decided_on)}
        yield "before_decision", text % values
    if step in {"delivery", "acceptance", "payment"} and on > terms.ends_on:
        text = _(
            "%(step)sの日（%(day)s）が事業の期限（%(last)s）より後です。"
            "期限の後の経費は対象になりません。日付の誤りなら直してください。"
        )
        yield (
            "after_period",
            text % {"step": name, "day": era_date(on), "last": era_date(terms.ends_on)},
        )
    if on > terms.today:
        text = _("%(step)sの日が今日より後です。終わってから入力してください。")
        yield "future", text % {"step": name}
    yield from _order_faults(step, on, expense, name)
    yield from _party_faults(step, expense, terms)
    yield from _amount_faults(step, expense)
    if step in PAPERS and step not in expense.papers:
        yield "missing_paper", _("%(step)sの書類を添付してください。") % {"step": name}


def _order_faults(
    step: Step, on: dt.date, expense: Expense, name: str
) -> Iterable[tuple[str, str]]:
    """A step lies before one that has to come earlier. The invoice may come before the delivery."""
    earlier: tuple[Step, ...] = STEPS[: STEPS.index(step)]
    if step == "invoice":
        earlier = ("order",)
    for other in reversed(earlier):
        before = expense.dates.get(other)
        if before is not None and on < before:
            text = _(
                "%(step)sの日（%(day)s）が%(other)sの日（%(before)s）より前です。"
                "日付を直すか、理由を説明欄に書いてください。"
            )
            names_ = {"step": name, "other": names()[other]}
            yield "order", text % {**names_, "day": era_date(on), "before": era_date(before)}
            return


def _party_faults(step: Step, expense: Expense, terms: Terms) -> Iterable[tuple[str, str]]:
    known = bool(expense.vendor and expense.quoted_vendor)
    if step == "quote" and known and not same_name(expense.vendor, expense.quoted_vendor):
        text = _(
            "発注先が、申請のときに選んだ見積りの会社（%(vendor)s）と違います。"
            "新しい見積書を付け、会社を変えた理由を説明欄に書いてください。"
        )
        yield "quoted_vendor", text % {"vendor": expense.quoted_vendor}
    if step != "invoice":
        return
    if expense.vendor and expense.issuer and not same_name(expense.issuer, expense.vendor):
        text = _("請求書の発行者が発注先（%(vendor)s）と違います。理由を説明欄に書いてください。")
        yield "issuer", text % {"vendor": expense.vendor}
    if expense.addressee and not same_name(expense.addressee, terms.firm_name):
        text = _("請求書の宛名が貴社名（%(firm)s）と違います。理由を説明欄に書いてください。")
        yield "addressee", text % {"firm": terms.firm_name}


def _amount_faults(step: Step, expense: Expense) -> Iterable[tuple[str, str]]:
    due = expense.net_yen + expense.tax_yen
    if step == "invoice":
        if expense.invoice_yen is None:
            yield "missing_amount", _("請求書の額（税込）を入力してください。")
        elif expense.invoice_yen != due:
            text = _(
                "請求書の額（%(invoice)s）が、この経費の税込額（%(due)s）と違います。"
                "額を直すか、理由を説明欄に書いてください。例：ほかの品と合わせた請求書。"
            )
            values = {"invoice": format_yen(expense.invoice_yen), "due": format_yen(due)}
            yield "invoice_amount", text % values
    if step == "payment":
        if expense.paid_yen is None:
            yield "missing_amount", _("支払った額を入力してください。")
        elif expense.invoice_yen is not None and expense.paid_yen != expense.invoice_yen:
            text = _(
                "支払った額（%(paid)s）が請求書の額（%(invoice)s）と違います。"
                "額を直すか、理由を説明欄に書いてください。例：振込手数料を差し引いた。"
                "少なく支払った分は対象になりません。"
            )
            paid, invoice = format_yen(expense.paid_yen), format_yen(expense.invoice_yen)
            yield "paid_amount", text % {"paid": paid, "invoice": invoice}


def _early_text(step: Step) -> str:
    if step == "order":
        return _(
            "発注日（%(day)s）が交付決定日（%(first)s）より前です。"
            "交付決定の前に発注した経費は対象になりません。日付の誤りなら直してください。"
        )
    return _(
        "%(step)sの日（%(day)s）が交付決定日（%(first)s）より前です。交付決定の前に発注・納品・"
        "支払をした経費は、理由があっても対象になりません。日付の誤りなら直してください。"
    )


def _method_text(method: str) -> str:
    name = _refused().get(method) or _("この支払方法")
    text = _(
        "%(method)sで支払った経費は対象になりません。"
        "対象になるのは、貴社の口座からの銀行振込・口座振替・法人カードの引落しです。"
    )
    return text % {"method": name}


def _share(expense: Expense, terms: Terms) -> tuple[Fraction, str]:
    """The part of a subscription that falls into the fiscal year of the project, in whole months."""
    if expense.used_from is None or expense.used_to is None or expense.used_to < expense.used_from:
        return Fraction(1), ""
    last = dt.date(terms.ends_on.year + (terms.ends_on.month >= 4), 3, 31)
    total = max(1, _months(expense.used_from, expense.used_to))
    inside = min(total, max(0, _months(expense.used_from, min(last, expense.used_to))))
    if inside == total:
        return Fraction(1), ""
    text = _("利用期間%(total)dか月のうち、当年度の%(inside)dか月分が対象です。")
    return Fraction(inside, total), text % {"total": total, "inside": inside}


def _paid_share(expense: Expense) -> tuple[Fraction, str]:
    """The part of the price that was paid: 振込手数料・値引き・ポイント相当分 count for nobody.

    Source: domain.md A3 (対象外). Whoever pays less than the invoice gets less, explained or not;
    who pays more, for the bank's fee, gets no more.
    """
    due = max(expense.invoice_yen or 0, expense.net_yen + expense.tax_yen)
    if expense.paid_yen is None or expense.invoice_yen is None or expense.paid_yen >= due:
        return Fraction(1), ""
    text = _("支払った額が%(less)s少ないため、支払った割合の分が対象です。")
    return Fraction(expense.paid_yen, due), text % {"less": format_yen(due - expense.paid_yen)}


def _months(first: dt.date, last: dt.date) -> int:
    """Whole months from `first` to the end of `last`: 1 January … 31 March are three."""
    after = last + dt.timedelta(days=1)
    months = (after.year - first.year) * 12 + after.month - first.month
    return months - (after.day < first.day)


def same_name(one: str, other: str) -> bool:
    """The same firm, however 株式会社 and spaces are written."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"\s|御中|様|株式会社|有限会社|合同会社|\(株\)|\(有\)|\(同\)", "", text)
