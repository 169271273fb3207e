"""Whether the quotes of each expense line stand; each refusal names the line and the quote.

What is asked is the scheme's (`QuoteRule`): from an amount on, or for any used goods, several quotes
of vendors without ties, by some schemes after a dated request (domain.md A3).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel.money import format_yen
from subsidies.rules import expenses
from subsidies.rules.amount import ExpenseItem
from subsidies.rules.problem import Problem
from subsidies.rules.quotes import (
    LONGEST_REASON,
    MOST_QUOTES,
    REASONS,
    Quote,
    Reader,
    need,
    read,
    same_vendor,
    typed_of,
)
from subsidies.rules.scheme import FILES_TASK, QUOTES_TASK, QuoteRule, SchemeRules


def problems(
    rules: SchemeRules,
    lines: Iterable[Mapping[str, Any]],
    *,
    files: Mapping[str, frozenset[int]],
    today: dt.date,
) -> list[Problem]:
    """Everything that stands against the quotes, line by line. `files`: requirement → keys of the
    attached files. Lines that cannot be read yet are told of with the budget."""
    rule = rules.quotes
    if rule is None:
        return []
    found: list[Problem] = []
    strict = False
    for number, line in enumerate(lines):
        items = expenses.read_lines(rules, [line]).items
        if items:
            check = _Check(rule, number, items[0], line, files.get(rule.document, frozenset()))
            found += check.run(today)
            strict |= check.need.is_strict
    if strict and rule.dated_request and not files.get(rule.request_document):
        found.append(_request_file(rule))
    return found


class _Check:
    """The quotes of one line against the scheme's rule."""

    def __init__(
        self,
        rule: QuoteRule,
        number: int,
        item: ExpenseItem,
        line: Mapping[str, Any],
        files: frozenset[int],
    ) -> None:
        self.rule, self.number, self.item, self.files = rule, number, item, files
        self.need = need(rule, item)
        self.typed, self.found = typed_of(line), read(line)
        self.problems: list[Problem] = []

    def run(self, today: dt.date) -> list[Problem]:
        for place, raw in enumerate(self.typed):
            self._quote(place, raw, today)
        self._number()
        if not self.problems:
            self._different()
            self._choice()
        return self.problems

    def _quote(self, place: int, raw: Mapping[str, Any], today: dt.date) -> None:
        """What is wrong with one quote by itself."""
        reader = Reader(raw)
        quote = reader.read()
        for name, text in reader.faults:
            self._add(place, name, text)
        if not quote.vendor:
            self._add(place, "vendor", _("見積りを出した会社の名前を入力してください。"))
        unread = {name for name, _fault in reader.faults}
        if quote.quoted_on is None and "quoted_on" not in unread:
            self._add(place, "quoted_on", _("見積書に書かれた日付を入力してください。"))
        elif quote.quoted_on and quote.quoted_on > today:
            self._add(place, "quoted_on", _("見積書の日付が今日より後です。見直してください。"))
        if quote.amount_yen is None and "amount" not in unread:
            self._add(place, "amount", _("この経費の見積額を、税抜の円で入力してください。"))
        if "requested_on" not in unread:
            self._request(place, quote)
        if quote.document not in self.files:
            text = _("見積書のファイルを付けてください。写真でも構いません。")
            self._add(place, "document", text)
        if self.need.is_strict and self.rule.unrelated_vendors and quote.is_related:
            text = _(
                "貴社やほかの見積りの会社と、資本や役員の関係がある会社の見積りは数えられません。"
                "関係のない会社の見積りに替えてください。"
            )
            self._add(place, "is_related", text)

    def _request(self, place: int, quote: Quote) -> None:
        """見積りを頼んだ日 comes before the quote; by some schemes it has to be known."""
        wanted = self.need.is_strict and self.rule.dated_request
        if quote.requested_on is None:
            if wanted:
                text = _("見積りを頼んだ日（見積依頼書の日付）を入力してください。")
                self._add(place, "requested_on", text)
        elif quote.quoted_on is None:
            return
        elif quote.requested_on > quote.quoted_on:
            text = _("見積りを頼んだ日が、見積書の日付より後です。どちらかを直してください。")
            self._add(place, "requested_on", text)
        elif wanted and quote.requested_on == quote.quoted_on:
            text = _(
                "見積りを頼んだ日は、見積書の日付より前の日であることが必要です。"
                "同じ日のときは、見積りを取り直してください。"
            )
            self._add(place, "requested_on", text)

    def _number(self) -> None:
        """Enough quotes; where there are not, the reason why (見積限定の理由)."""
        count = len(self.found.quotes)
        if count > MOST_QUOTES:
            text = _("見積りは1つの経費に%(most)d者までです。")
            self._add(None, "", text % {"most": MOST_QUOTES})
        for name in REASONS:
            reason = getattr(self.found, name)
            if len(reason) > LONGEST_REASON:
                text = _("理由は%(most)d文字以内で入力してください（いま%(now)d文字）。")
                self._add(None, name, text % {"most": LONGEST_REASON, "now": len(reason)})
        if count == 0:
            self._add(None, "", _("見積りを入力してください。%(why)s") % {"why": self.need.why})
        elif count < self.need.count and not self.found.single_reason:
            text = _(
                "%(why)sいまは%(now)d者です。見積りを足すか、"
                "取れないときはその理由を入力してください。"
            )
            self._add(None, "single_reason", text % {"why": self.need.why, "now": count})

    def _different(self) -> None:
        """Quotes of one company count once."""
        for place, quote in enumerate(self.found.quotes):
            for earlier, other in enumerate(self.found.quotes[:place], start=1):
                if same_vendor(quote, other):
                    text = _("見積り%(earlier)dと同じ会社です。別の会社の見積りに替えてください。")
                    self._add(place, "vendor", text % {"earlier": earlier})
                    break

    def _choice(self) -> None:
        """Exactly one is chosen, for the price of the line; another than the lowest with a reason."""
        if not self.found.quotes:
            return
        chosen = [place for place, quote in enumerate(self.found.quotes) if quote.is_chosen]
        if len(chosen) != 1:
            self._add(None, "is_chosen", _("発注する会社の見積りを1つ選んでください。"))
            return
        place = chosen[0]
        yen = self.found.quotes[place].amount_yen or 0
        if yen != self.item.net_yen:
            text = _(
                "選んだ見積りの額（%(quoted)s）が、経費に入力した額（%(planned)s、税抜）と違います。"
                "どちらかを直してください。"
            )
            given = {"quoted": format_yen(yen), "planned": format_yen(self.item.net_yen)}
            self._add(place, "amount", text % given)
        if yen > (self.found.lowest_yen or 0) and not self.found.choice_reason:
            text = _("最も安い見積りではありません。この会社を選ぶ理由を入力してください。")
            self._add(place, "choice_reason", text)

    def _add(self, place: int | None, name: str, text: str) -> None:
        """A problem of the whole line (`place` None) or of one of its quotes."""
        given = {"line": self.item.description, "text": text}
        if place is None or name in REASONS:
            anchor = f"quotes.{self.number}" + (f".{name}" if name else "")
        else:
            anchor = f"quotes.{self.number}.{place}.{name}"
        if place is None:
            message = _("「%(line)s」：%(text)s") % given
        else:
            vendor = self.found.quotes[place].vendor
            told = {**given, "number": place + 1, "vendor": vendor}
            message = (
                _("「%(line)s」の見積り%(number)d（%(vendor)s）：%(text)s")
                if vendor
                else _("「%(line)s」の見積り%(number)d：%(text)s")
            ) % told
        self.problems.append(Problem("quotes", message, QUOTES_TASK, anchor))


def _request_file(rule: QuoteRule) -> Problem:
    text = _(
        "見積りを頼んだことが分かる書類（日付のある見積依頼書）を添付してください。"
        "依頼の日付は、見積書の日付より前であることが必要です。"
    )
    return Problem("quote_request", text, FILES_TASK, f"documents.{rule.request_document}", "")
