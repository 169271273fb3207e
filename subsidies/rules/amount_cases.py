"""Anybody's cases of amounts, read from CSV rows and run through the production arithmetic.

Columns: case, rate, cap_yen, floor_yen, tax_mode (excl|incl), rounding_unit_yen, round_at
(total|category), lines, decided_yen, expected_yen, expected_error. `lines` is category:net:tax
joined by `;`; an empty decided_yen means before the decision, an empty cap_yen no cap, an empty
floor_yen none. Error codes: negative_amount, fractional_yen, no_eligible_expense, below_floor.
The texts are Japanese only: who checks amounts reads the 要綱.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from subsidies.rules.arithmetic import Spent, Terms, compute

COLUMNS = (
    "case",
    "rate",
    "cap_yen",
    "floor_yen",
    "tax_mode",
    "rounding_unit_yen",
    "round_at",
    "lines",
    "decided_yen",
    "expected_yen",
    "expected_error",
)
CODES = frozenset({"", "negative_amount", "fractional_yen", "no_eligible_expense", "below_floor"})
NO_CAP = 10**18
_TAX_MODES = {"excl": "excluded", "incl": "included"}
_YEN = re.compile(
    r"[¥\\]?(?P<sign>[-−▲△]?)[¥\\]?(?P<whole>\d[\d,]*)(?:\.(?P<part>\d+))?円?", re.ASCII
)
_MOST_FIGURES = 15


class Unreadable(ValueError):
    """The row cannot be run; the message says what to mend."""


class Fractional(ValueError):
    """An amount with a part of a yen."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rule says of a case: yen (0 with an error), and the error's code or ""."""

    yen: int
    error: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of the file: `problem` where it cannot be run or the result is another."""

    line: int
    case: str
    problem: str = ""
    is_mismatch: bool = False


def check(rows: Iterable[str]) -> Iterator[Finding]:
    """Each case of the CSV text (its lines) in order. Raises Unreadable for the file as a whole."""
    reader = csv.DictReader(rows)
    names = [_plain(name).lower() for name in reader.fieldnames or ()]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise Unreadable(f"1行目に列がありません：{'、'.join(missing)}")
    reader.fieldnames = names
    try:
        for row in reader:
            yield _finding(reader.line_num, row)
    except csv.Error as error:
        raise Unreadable(f"{reader.line_num}行目：CSVとして読めません（{error}）。") from error


def run(row: Mapping[str, str]) -> Outcome:
    """What the rule gives for a row. Raises Unreadable."""
    terms = Terms(
        rate=_rate(row["rate"]),
        cap_yen=_whole(row["cap_yen"], "cap_yen", NO_CAP),
        floor_yen=_whole(row["floor_yen"], "floor_yen", 0),
        tax_mode=_choice(row["tax_mode"], "tax_mode", _TAX_MODES),  # type: ignore[arg-type]
        round_unit_yen=_unit(row["rounding_unit_yen"]),
        round_point=_choice(  # type: ignore[arg-type]
            row["round_at"], "round_at", {"total": "total", "category": "category"}
        ),
    )
    try:
        spent = [_spent(part) for part in _plain(row["lines"]).split(";") if part.strip()]
        decided = _yen(row["decided_yen"], "decided_yen") if _plain(row["decided_yen"]) else None
    except Fractional:
        return Outcome(0, "fractional_yen")
    amount = compute(terms, spent, decided_yen=decided)
    return Outcome(amount.subsidy_yen, amount.error)


def _finding(line: int, row: Mapping[str, str]) -> Finding:
    case = _plain(row.get("case") or "") or "（名前なし）"
    if None in row or None in row.values():
        text = "列の数が1行目と違います。カンマを含む欄は引用符で囲んでください。"
        return Finding(line, case, text)
    try:
        found = run(row)
        expected = _expected(row)
    except Unreadable as error:
        return Finding(line, case, str(error))
    if found == expected:
        return Finding(line, case)
    text = f"期待は{_said(expected)}、計算は{_said(found)}"
    return Finding(line, case, text, is_mismatch=True)


def _expected(row: Mapping[str, str]) -> Outcome:
    code = _plain(row["expected_error"])
    if code not in CODES:
        raise Unreadable(f"expected_error「{code}」は知らない符号です。")
    if not _plain(row["expected_yen"]):
        if not code:
            raise Unreadable("expected_yenかexpected_errorのどちらかを入力してください。")
        return Outcome(0, code)
    return Outcome(_whole(row["expected_yen"], "expected_yen", 0), code)


def _said(outcome: Outcome) -> str:
    return f"{outcome.yen:,}円（{outcome.error}）" if outcome.error else f"{outcome.yen:,}円"


def _spent(part: str) -> Spent:
    pieces = part.split(":")
    if len(pieces) != 3:
        raise Unreadable(f"lines「{part.strip()}」は「経費区分:税抜:消費税」の形にしてください。")
    category, net, tax = (piece.strip() for piece in pieces)
    if not category:
        raise Unreadable(f"lines「{part.strip()}」に経費区分がありません。")
    return Spent(category, _yen(net, "lines"), _yen(tax, "lines"))


def _yen(text: str, name: str) -> int:
    """Yen as people type them, below zero as well. Raises Unreadable, Fractional."""
    found = _YEN.fullmatch(re.sub(r"\s", "", _plain(text)))
    if found is None or len(found["whole"].replace(",", "")) > _MOST_FIGURES:
        raise Unreadable(f"{name}「{text.strip()}」は円の金額ではありません。例：665999")
    if int(found["part"] or 0):
        raise Fractional
    yen = int(found["whole"].replace(",", ""))
    return -yen if found["sign"] else yen


def _whole(text: str, name: str, empty: int) -> int:
    if not _plain(text):
        return empty
    try:
        yen = _yen(text, name)
    except Fractional:
        yen = -1
    if yen < 0:
        raise Unreadable(f"{name}「{text.strip()}」は0以上の整数の円にしてください。")
    return yen


def _unit(text: str) -> int:
    unit = _whole(text, "rounding_unit_yen", 0)
    if unit < 1:
        raise Unreadable("rounding_unit_yenは1以上の整数にしてください。例：1000")
    return unit


def _rate(text: str) -> Fraction:
    plain = re.sub(r"\s", "", _plain(text))
    found = re.fullmatch(r"\d{1,6}(/\d{1,6}|\.\d{1,9})?", plain, re.ASCII)
    try:
        rate = Fraction(plain) if found else Fraction(0)
    except ZeroDivisionError:
        rate = Fraction(0)
    if not 0 < rate <= 1:
        raise Unreadable(f"rate「{text.strip()}」は0より大きく1以下の分数にしてください。例：2/3")
    return rate


def _choice(text: str, name: str, values: Mapping[str, str]) -> str:
    found = values.get(_plain(text).lower())
    if found is None:
        raise Unreadable(f"{name}は{'か'.join(values)}にしてください（いま「{text.strip()}」）。")
    return found


def _plain(text: str) -> str:
    """Full-width digits, colons and semicolons as half-width, no blanks around."""
    return unicodedata.normalize("NFKC", text).strip()
