"""Lines of the completion report as typed: what was bought, with its dates and amounts."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from subsidies.grants.rules.evidence import (
    STEPS,
    Chain,
    Expense,
    Step,
    Terms,
    examine,
    methods,
    same_name,
)
from subsidies.grants.rules.final_amount import Spent
from subsidies.rules import values
from subsidies.rules.amount import ExpenseItem
from subsidies.rules.problem import Problem

TASK = "completion"
TEXTS = ("vendor", "issuer", "addressee", "explanation", "place")
YEN = ("net_yen", "tax_yen", "invoice_yen", "paid_yen")
DAYS = (*(f"{step}_on" for step in STEPS), "used_from", "used_to")
FIELDS = ("bought", "quantity", "method", *TEXTS, *YEN, *DAYS)
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Quoted:
    """The quote that the application chose for a line: its days, its yen 税抜, its evidence file
    (key and name, "" where there is none)."""

    vendor: str
    requested_on: dt.date | None
    quoted_on: dt.date | None
    amount_yen: int
    file: str = ""
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class SpentLine:
    """One planned line and what became of it. `typed` maps fields to what was entered."""

    key: str
    category: str
    description: str
    planned_yen: int
    tax_percent: int
    is_used: bool
    typed: Mapping[str, Any]

    @property
    def bought(self) -> bool:
        """Not bought is an answer too; nothing answered counts as bought."""
        return self.typed.get("bought") != "no"

    @property
    def is_begun(self) -> bool:
        return any(not values.is_blank(self.typed.get(name)) for name in ("bought", *YEN, *DAYS))


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line that was read: its chain, what counts of it, what is wrong with what was typed."""

    line: SpentLine
    expense: Expense
    chain: Chain
    quantity: int
    problems: tuple[Problem, ...]
    quoted: Quoted | None = None

    @property
    def spent(self) -> Spent:
        """What counts, for the amount."""
        return Spent(
            category=self.line.category,
            description=self.line.description,
            unit_price=self.chain.net_yen,
            tax_percent=self.line.tax_percent,
            is_used=self.line.is_used,
            vendor=self.expense.vendor,
            actual_tax_yen=self.chain.tax_yen,
            key=self.line.key,
        )

    @property
    def unit_yen(self) -> int:
        """税抜 price of one piece, for the asset ledger."""
        return self.expense.net_yen // max(1, self.quantity)


def first_lines(plan: Iterable[ExpenseItem], *, firm_name: str) -> list[dict[str, Any]]:
    """A new report's lines: the plan, with what is likely filled in."""
    return [
        {
            "key": f"p{number}",
            "category": item.category,
            "description": item.description,
            "planned_yen": item.net_yen,
            "tax_percent": item.tax_percent,
            "is_used": item.is_used,
            "vendor": item.vendor,
            "issuer": item.vendor,
            "addressee": firm_name,
            "quantity": str(item.quantity),
            "method": "transfer",
        }
        for number, item in enumerate(plan, start=1)
    ]


def line_of(raw: Mapping[str, Any]) -> SpentLine:
    """A stored line."""
    return SpentLine(
        key=str(raw["key"]),
        category=str(raw["category"]),
        description=str(raw["description"]),
        planned_yen=int(raw["planned_yen"]),
        tax_percent=int(raw["tax_percent"]),
        is_used=bool(raw["is_used"]),
        typed={name: raw.get(name, "") for name in FIELDS},
    )


def read_line(
    line: SpentLine, terms: Terms, papers: frozenset[str], quoted: Quoted | None = None
) -> ReadLine:
    """The line with its chain. What cannot be read gives a problem and counts as not typed.

    The chain begins with the quote that the application chose, unless the report names another.
    """
    reader = _Reader(line)
    dates: dict[Step, dt.date] = {}
    for step in STEPS:
        if (on := reader.day(f"{step}_on")) is not None:
            dates[step] = on
    vendor = reader.text("vendor")
    if quoted and _is_that_quote(quoted, vendor, dates.get("quote")):
        papers |= {"quote"} if quoted.file else set()
        dates = {**_quoted_days(quoted), **dates}
    net = reader.yen("net_yen")
    if net is None and not reader.problems:
        reader.add("net_yen", _("支払った税抜の額を円で入力してください。"))
    tax = reader.yen("tax_yen")
    expense = Expense(
        net_yen=net or 0,
        tax_yen=(net or 0) * line.tax_percent // 100 if tax is None else tax,
        dates=dates,
        papers=papers,
        method=reader.choice("method", methods(), "transfer"),
        vendor=vendor,
        issuer=reader.text("issuer"),
        addressee=reader.text("addressee"),
        invoice_yen=reader.yen("invoice_yen"),
        paid_yen=reader.yen("paid_yen"),
        used_from=reader.day("used_from"),
        used_to=reader.day("used_to"),
        explanation=reader.text("explanation"),
        quoted_vendor=quoted.vendor if quoted else "",
    )
    quantity = reader.number("quantity")
    reader.check_period(expense)
    chain = examine(expense, terms)
    return ReadLine(line, expense, chain, quantity, tuple(reader.problems), quoted)


def _is_that_quote(quoted: Quoted, vendor: str, on: dt.date | None) -> bool:
    """Whether the report goes on from the application's quote: another vendor or another day is
    another quote, with a paper of its own."""
    return on in (None, quoted.quoted_on) and (not vendor or same_name(vendor, quoted.vendor))


def _quoted_days(quoted: Quoted) -> dict[Step, dt.date]:
    days: dict[Step, dt.date | None] = {"request": quoted.requested_on, "quote": quoted.quoted_on}
    return {step: on for step, on in days.items() if on is not None}


class _Reader:
    """Reads the typed fields of a line and collects what is wrong."""

    def __init__(self, line: SpentLine) -> None:
        self.line = line
        self.problems: list[Problem] = []

    def day(self, name: str) -> dt.date | None:
        found = self._read("date", name)
        return found if isinstance(found, dt.date) else None

    def yen(self, name: str) -> int | None:
        found = self._read("yen", name)
        return found if isinstance(found, int) else None

    def number(self, name: str) -> int:
        found = self._read("number", name)
        return found if isinstance(found, int) and found else 1

    def text(self, name: str) -> str:
        text = str(self.line.typed.get(name) or "").strip()
        if len(text) > LONGEST:
            self.add(name, _("%(most)d文字以内で入力してください。") % {"most": LONGEST})
        return text

    def choice(self, name: str, choices: Mapping[str, str], default: str) -> str:
        code = str(self.line.typed.get(name) or default)
        if code not in choices:
            self.add(name, _("選択肢から1つ選んでください。"))
            return default
        return code

    def check_period(self, expense: Expense) -> None:
        first, last = expense.used_from, expense.used_to
        if (first is None) != (last is None):
            missing = "used_to" if last is None else "used_from"
            self.add(missing, _("利用期間は、始まりと終わりの両方を入力してください。"))
        elif first is not None and last is not None and last < first:
            self.add("used_to", _("利用期間の終わりが始まりより前です。"))

    def add(self, name: str, text: str) -> None:
        text = _("%(name)s：%(text)s") % {"name": self.line.description, "text": text}
        self.problems.append(Problem("line", text, TASK, f"{self.line.key}.{name}"))

    def _read(self, kind: Any, name: str) -> Any:
        try:
            return values.read(kind, self.line.typed.get(name))
        except values.Unreadable as error:
            self.add(name, str(error))
            return None
