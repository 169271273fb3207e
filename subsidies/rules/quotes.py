"""相見積: the quotes behind each expense line, and how many the line needs.

Source: domain.md A3 (持続化: over 100万円 税込, and any 中古品 whatever the price; 再構築: a dated
見積依頼書 that precedes the quote; 公社: 見積限定理由書 where there is one quote only). Amounts of quotes
are yen 税抜, as the lines are, so that offers compare whatever their tax.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel.money import format_yen
from programs.corporate_numbers import NotACorporateNumber, parse
from programs.rules import bare_name
from subsidies.rules import values
from subsidies.rules.amount import ExpenseItem
from subsidies.rules.scheme import QuoteRule, SchemeRules

# What is typed of one quote, and beside the quotes of a line.
FIELDS = (
    "vendor",
    "corporate_number",
    "requested_on",
    "quoted_on",
    "amount",
    "is_related",
    "is_chosen",
    "document",
)
REASONS = ("choice_reason", "single_reason")
MOST_QUOTES = 10
LONGEST_VENDOR, LONGEST_REASON = 120, 300


@dataclass(frozen=True, slots=True)
class Need:
    """How many quotes a line needs and why, in words for the firm."""

    count: int
    why: str
    is_strict: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """One quote (見積書) as read. `amount_yen` 税抜; `document` is the key of its evidence file, 0
    where there is none. What was not given is None or ""."""

    vendor: str = ""
    corporate_number: str = ""
    requested_on: dt.date | None = None
    quoted_on: dt.date | None = None
    amount_yen: int | None = None
    is_related: bool = False
    is_chosen: bool = False
    document: int = 0


@dataclass(frozen=True, slots=True)
class LineQuotes:
    """The quotes of one line, in the order they were typed."""

    quotes: tuple[Quote, ...] = ()
    choice_reason: str = ""
    single_reason: str = ""

    @property
    def chosen(self) -> Quote | None:
        return next((quote for quote in self.quotes if quote.is_chosen), None)

    @property
    def lowest_yen(self) -> int | None:
        """The lowest offer (円, 税抜); None where nothing can be read."""
        return min((item.amount_yen for item in self.quotes if item.amount_yen), default=None)


def needs_quotes(rule: QuoteRule, item: ExpenseItem) -> bool:
    """Whether a line needs `rule.count` quotes."""
    yen = item.gross_yen if rule.basis == "included" else item.net_yen
    return yen >= rule.threshold_yen or (rule.used_goods_always and item.is_used)


def need(rule: QuoteRule, item: ExpenseItem) -> Need:
    """How many quotes the line needs, and the reason in plain words."""
    given = {
        "yen": format_yen(rule.threshold_yen),
        "tax": _("税込") if rule.basis == "included" else _("税抜"),
        "count": rule.count,
    }
    if not needs_quotes(rule, item):
        text = _("%(yen)s（%(tax)s）より少ないので、見積りは1者で足ります。")
        return Need(1, text % given, is_strict=False)
    text = (
        _("中古品なので、金額にかかわらず%(count)d者以上の見積りが必要です。")
        if item.is_used and rule.used_goods_always
        else _("%(yen)s（%(tax)s）以上なので、%(count)d者以上の見積りが必要です。")
    )
    return Need(rule.count, text % given, is_strict=True)


def typed_of(line: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The quotes of a line as typed. A line from before quotes were kept names a vendor at most:
    that is its first quote, the chosen one."""
    given = line.get("quotes")
    if isinstance(given, list | tuple):
        return [dict(quote) for quote in given]
    vendor = line.get("vendor")
    return [] if values.is_blank(vendor) else [{"vendor": vendor, "is_chosen": "yes"}]


def tidy(line: Mapping[str, Any]) -> dict[str, Any]:
    """What a draft keeps of a line's quotes: known fields, quotes in which something was typed."""
    kept: dict[str, Any] = {}
    if isinstance(line.get("quotes"), list | tuple):
        found = [
            {name: quote[name] for name in FIELDS if not values.is_blank(quote.get(name))}
            for quote in line["quotes"]
        ]
        kept["quotes"] = [quote for quote in found if quote.keys() - {"is_chosen"}]
    return kept | {name: line[name] for name in REASONS if not values.is_blank(line.get(name))}


def read(line: Mapping[str, Any]) -> LineQuotes:
    """The quotes of a line as typed; what cannot be read is left out (subsidies.rules.quote_checks tells of it)."""
    found = [Reader(quote).read() for quote in typed_of(line)]
    if len(found) == 1:
        found = [_chosen(found[0])]
    return LineQuotes(tuple(found), _text(line, "choice_reason"), _text(line, "single_reason"))


def as_record(found: LineQuotes) -> dict[str, Any]:
    """The quotes of a line as a submitted version freezes them."""
    return {
        "quotes": [
            {
                "vendor": quote.vendor,
                "corporate_number": quote.corporate_number,
                "requested_on": quote.requested_on.isoformat() if quote.requested_on else "",
                "quoted_on": quote.quoted_on.isoformat() if quote.quoted_on else "",
                "amount_yen": quote.amount_yen,
                "is_related": quote.is_related,
                "is_chosen": quote.is_chosen,
                "document": quote.document,
            }
            for quote in found.quotes
        ],
        "choice_reason": found.choice_reason,
        "single_reason": found.single_reason,
    }


def from_record(record: Mapping[str, Any]) -> LineQuotes:
    """The quotes of a line from a submitted version."""
    return LineQuotes(
        tuple(
            Quote(
                **{
                    **quote,
                    "requested_on": _day(quote["requested_on"]),
                    "quoted_on": _day(quote["quoted_on"]),
                }
            )
            for quote in record["quotes"]
        ),
        record["choice_reason"],
        record["single_reason"],
    )


def submitted(payload: Mapping[str, Any]) -> list[LineQuotes]:
    """The quotes of a submitted version, one entry per expense line; none in versions from before
    quotes were kept."""
    return [from_record(record) for record in payload.get("quotes", ())]


def above_lowest(quote: Quote, lowest_yen: int | None) -> Fraction | None:
    """How far an offer lies above the lowest one: 1/4 is a quarter more. None if unknown."""
    if not lowest_yen or not quote.amount_yen:
        return None
    return Fraction(quote.amount_yen - lowest_yen, lowest_yen)


def same_vendor(one: Quote, other: Quote) -> bool:
    """The same 法人番号, or without both of them the same name however it is written."""
    if one.corporate_number and other.corporate_number:
        return one.corporate_number == other.corporate_number
    return bool(one.vendor) and bare_name(one.vendor) == bare_name(other.vendor)


def lacking(
    rules: SchemeRules,
    items: Sequence[ExpenseItem],
    kept: Sequence[LineQuotes],
    documents: Mapping[str, int],
) -> set[str]:
    """What a submitted version would have needed besides: "quotes", "quote_request". For trials of
    other rules; versions from before quotes were kept are judged by the files alone."""
    rule = rules.quotes
    if rule is None or not any(needs_quotes(rule, item) for item in items):
        return set()
    found = set()
    if kept:
        pairs = zip(items, kept, strict=False)
        short = any(
            needs_quotes(rule, item) and len(line.quotes) < rule.count and not line.single_reason
            for item, line in pairs
        )
    else:
        short = documents.get(rule.document, 0) < rule.count
    if short:
        found.add("quotes")
    if rule.dated_request and not documents.get(rule.request_document):
        found.add("quote_request")
    return found


class Reader:
    """Reads one quote and collects what cannot be read, by field."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self.faults: list[tuple[str, str]] = []

    def read(self) -> Quote:
        amount = self._value("yen", "amount")
        if amount == 0:
            self.faults.append(("amount", _("見積額は1円以上で入力してください。")))
            amount = None
        return Quote(
            vendor=self._vendor(),
            corporate_number=self._number(),
            requested_on=self._value("date", "requested_on"),
            quoted_on=self._value("date", "quoted_on"),
            amount_yen=amount,
            is_related=_is_yes(self.raw.get("is_related")),
            is_chosen=_is_yes(self.raw.get("is_chosen")),
            document=_key(self.raw.get("document")),
        )

    def _vendor(self) -> str:
        text = _text(self.raw, "vendor")
        if len(text) > LONGEST_VENDOR:
            message = _("%(most)d文字以内で入力してください（いま%(now)d文字）。")
            self.faults.append(("vendor", message % {"most": LONGEST_VENDOR, "now": len(text)}))
        return text

    def _number(self) -> str:
        text = _text(self.raw, "corporate_number")
        try:
            return parse(text) if text else ""
        except NotACorporateNumber as error:
            self.faults.append(("corporate_number", str(error)))
            return ""

    def _value(self, kind: Any, name: str) -> Any:
        try:
            return values.read(kind, self.raw.get(name))
        except values.Unreadable as error:
            self.faults.append((name, str(error)))
            return None


def _chosen(quote: Quote) -> Quote:
    """The only quote of a line is the chosen one."""
    return Quote(
        quote.vendor,
        quote.corporate_number,
        quote.requested_on,
        quote.quoted_on,
        quote.amount_yen,
        quote.is_related,
        is_chosen=True,
        document=quote.document,
    )


def _text(given: Mapping[str, Any], name: str) -> str:
    return str(given.get(name) or "").strip()


def _is_yes(raw: Any) -> bool:
    return not values.is_blank(raw) and str(raw).strip().lower() in values.YES | {"on"}


def _key(raw: Any) -> int:
    text = str(raw or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
