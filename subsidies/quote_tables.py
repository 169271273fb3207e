"""The quotes of each line as a table: dates, offers, how far each lies above the lowest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.urls import reverse

from subsidies.contents import standing
from subsidies.models import Application, ApplicationDocument
from subsidies.rules import expenses, quotes
from subsidies.rules.amount import ExpenseItem
from subsidies.rules.quotes import LineQuotes, Quote
from subsidies.rules.scheme import SchemeRules

# Key of a document → name of its file and where it is read ("" where it is not).
Papers = Mapping[int, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """One quote. `more` is the distance from the lowest offer in words: +12.5%."""

    quote: Quote
    is_lowest: bool
    more: str
    file: str
    url: str


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line with its quotes; `why` says how many it needs."""

    title: str
    why: str
    rows: tuple[QuoteRow, ...]
    choice_reason: str
    single_reason: str


def of_draft(application: Application, rules: SchemeRules) -> list[QuoteLine]:
    """The readable lines of a draft, with the files attached to it. One query."""
    if rules.quotes is None:
        return []
    rows = ApplicationDocument.objects.filter(
        standing(), application=application, requirement=rules.quotes.document
    ).select_related("stored_file")
    papers = {row.pk: (row.stored_file.original_name, _url(row.stored_file_id)) for row in rows}
    return [
        _line(rules, item, quotes.read(line), papers)
        for line in application.expense_input
        for item in expenses.read_lines(rules, [line]).items
    ]


def of_version(
    rules: SchemeRules, payload: Mapping[str, Any], documents: Iterable[Mapping[str, Any]]
) -> list[QuoteLine]:
    """The lines of a submitted version; `documents` are its files as the page has read them. No
    query. Nothing of versions from before quotes were kept per line."""
    papers = {
        entry["id"]: (entry["name"], _url(entry["file"]) if entry.get("stored") else "")
        for entry in documents
    }
    items = [ExpenseItem(**line) for line in payload["expenses"]]
    pairs = zip(items, quotes.submitted(payload), strict=False)
    return [_line(rules, item, found, papers) for item, found in pairs]


def percent_more(share: Fraction | None) -> str:
    """How far above the lowest, in percent with one decimal, rounded down: 「+12.5%」; nothing for
    the lowest itself."""
    if not share:
        return ""
    tenths = int(share * 1000)
    return f"+{tenths // 10}.{tenths % 10}%"


def _line(rules: SchemeRules, item: ExpenseItem, found: LineQuotes, papers: Papers) -> QuoteLine:
    return QuoteLine(
        title=item.description,
        why=quotes.need(rules.quotes, item).why if rules.quotes else "",
        rows=tuple(_rows(found, papers)),
        choice_reason=found.choice_reason,
        single_reason=found.single_reason,
    )


def _rows(found: LineQuotes, papers: Papers) -> Sequence[QuoteRow]:
    lowest = found.lowest_yen
    return [
        QuoteRow(
            quote,
            is_lowest=lowest is not None and quote.amount_yen == lowest,
            more=percent_more(quotes.above_lowest(quote, lowest)),
            file=papers.get(quote.document, ("", ""))[0],
            url=papers.get(quote.document, ("", ""))[1],
        )
        for quote in found.quotes
    ]


def _url(file_id: object) -> str:
    return reverse("subsidies:download", args=[file_id])
