"""The budget as typed becomes lines to calculate with; half-typed lines are kept, not counted."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from subsidies.rules import quotes, values
from subsidies.rules.amount import ExpenseItem
from subsidies.rules.problem import Problem
from subsidies.rules.scheme import BUDGET_TASK, SchemeRules

FIELDS = (
    "category",
    "description",
    "vendor",
    "quantity",
    "unit_price",
    "tax_percent",
    "is_used",
)
TAX_PERCENTS = (10, 8, 0)
MOST_LINES = 50
MOST_QUANTITY = 100_000
MOST_UNIT_PRICE = 10_000_000_000
LENGTHS = {"description": 200, "vendor": 120}
# A lump sum hides what is bought (domain.md A3: 「一式」は不可), however it is written and wherever
# it stands; 統一式, 均一式 or a model number MC-1式 are none.
_LUMP_SUM = re.compile(r"(?<![統均単同第])一\s*式|(?<![0-9A-Za-z.\-])1\s*式")


@dataclass(frozen=True, slots=True)
class Budget:
    """The readable lines and what is wrong with the others."""

    items: tuple[ExpenseItem, ...]
    problems: tuple[Problem, ...]


def is_lump_sum(text: str) -> bool:
    """Whether a description hides behind 一式 (機器一式, システム導入１式)."""
    return _LUMP_SUM.search(unicodedata.normalize("NFKC", text)) is not None


def is_empty(line: Mapping[str, Any]) -> bool:
    """A line in which nothing was typed (the spare lines of the form). It has no quotes either."""
    typed = ("description", "vendor", "unit_price")
    return all(values.is_blank(line.get(name)) for name in typed) and not quotes.typed_of(line)


def tidy(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines worth keeping, known fields only, in the form the draft stores."""
    return [
        {name: line[name] for name in FIELDS if not values.is_blank(line.get(name))}
        | quotes.tidy(line)
        for line in lines
        if not is_empty(line)
    ]


def read_lines(rules: SchemeRules, lines: Sequence[Mapping[str, Any]]) -> Budget:
    """Lines to calculate with. A line with a mistake gives problems instead of an item."""
    items: list[ExpenseItem] = []
    problems: list[Problem] = []
    for number, line in enumerate(lines):
        found = _Line(rules, number, line)
        item = found.read()
        problems += found.problems
        if item:
            items.append(item)
    if len(lines) > MOST_LINES:
        text = _("経費は%(most)d行までです。同じものは1行にまとめてください。") % {
            "most": MOST_LINES
        }
        problems.append(Problem("too_many_lines", text, BUDGET_TASK, "expenses"))
    return Budget(tuple(items), tuple(problems))


def as_input(item: ExpenseItem) -> dict[str, Any]:
    """A line as the draft stores it."""
    return {
        "category": item.category,
        "description": item.description,
        "vendor": item.vendor,
        "quantity": item.quantity,
        "unit_price": item.unit_price,
        "tax_percent": item.tax_percent,
        "is_used": item.is_used,
    }


class _Line:
    """Reads one line and collects what is wrong with it."""

    def __init__(self, rules: SchemeRules, number: int, line: Mapping[str, Any]) -> None:
        self.rules, self.number, self.line = rules, number, line
        self.problems: list[Problem] = []

    def read(self) -> ExpenseItem | None:
        item = ExpenseItem(
            category=self._category(),
            description=self._text("description", required=True),
            vendor=self._text("vendor", required=False),
            quantity=self._whole("quantity", least=1, most=MOST_QUANTITY, default=1),
            unit_price=self._unit_price(),
            tax_percent=self._tax(),
            is_used=self._used(),
        )
        return None if self.problems else item

    def _category(self) -> str:
        code = str(self.line.get("category") or "")
        if self.rules.category(code) is None:
            self._add("category", _("経費区分を選んでください。"))
        return code

    def _text(self, name: str, *, required: bool) -> str:
        text = str(self.line.get(name) or "").strip()
        if required and not text:
            self._add(name, _("買うもの・契約するものの名前を入力してください。"))
        if name == "description" and is_lump_sum(text):
            message = _(
                "「一式」では内容が分かりません。「一式」を使わず、品名や機能ごとに、"
                "行を分けて入力してください。"
            )
            self._add(name, message)
        if len(text) > LENGTHS[name]:
            message = _("%(most)d文字以内で入力してください（いま%(now)d文字）。")
            self._add(name, message % {"most": LENGTHS[name], "now": len(text)})
        return text

    def _unit_price(self) -> int:
        raw = self.line.get("unit_price")
        if values.is_blank(raw):
            self._add("unit_price", _("税抜の単価を円で入力してください。例：120000"))
            return 0
        try:
            yen = values.read_yen(raw)
        except values.Unreadable as error:
            self._add("unit_price", str(error))
            return 0
        if not 1 <= yen <= MOST_UNIT_PRICE:
            self._add("unit_price", _("単価は1円以上100億円以下で入力してください。"))
        return yen

    def _whole(self, name: str, *, least: int, most: int, default: int) -> int:
        raw = self.line.get(name)
        if values.is_blank(raw):
            return default
        try:
            number = values.read_number(raw)
        except values.Unreadable as error:
            self._add(name, str(error))
            return default
        if not least <= number <= most:
            message = _("数量は%(least)d以上%(most)d以下で入力してください。")
            self._add(name, message % {"least": least, "most": most})
        return number

    def _tax(self) -> int:
        percent = self._whole("tax_percent", least=0, most=100, default=10)
        if percent not in TAX_PERCENTS:
            self._add("tax_percent", _("消費税率は10%、8%、0%（非課税）から選んでください。"))
        return percent

    def _used(self) -> bool:
        raw = self.line.get("is_used")
        if values.is_blank(raw):
            return False
        return str(raw).strip().lower() in values.YES | {"on"}

    def _add(self, name: str, text: str) -> None:
        message = _("経費%(number)d行目：%(text)s") % {"number": self.number + 1, "text": text}
        anchor = f"expenses.{self.number}.{name}"
        self.problems.append(Problem("line_incomplete", message, BUDGET_TASK, anchor))
