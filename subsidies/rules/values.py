"""What people type becomes a value: numbers, yen, dates, yes and no.

Drafts keep the typed text; these functions read it. Full-width digits, 円, commas and 和暦 are
understood, because that is how forms are filled in.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel.money import NotYen, parse_yen, without_sign
from subsidies.rules.scheme import QuestionKind

# Letters write days in 和暦, which begins with 昭和; what lies beyond is a slip of the hand.
FIRST_DAY, LAST_DAY = dt.date(1926, 12, 25), dt.date(2199, 12, 31)
Value = str | int | bool | dt.date | None

YES = frozenset({"yes", "true", "1", "はい"})
NO = frozenset({"no", "false", "0", "いいえ"})
_ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988}
_DATE = re.compile(
    r"(?:(?P<era>令和|平成|R|H)(?P<era_year>元|\d{1,2})|(?P<year>\d{4}))"
    r"[年./-](?P<month>\d{1,2})[月./-](?P<day>\d{1,2})日?"
)


class Unreadable(ValueError):
    """The text is no value of that kind; the message says what to type instead."""


def is_blank(raw: Any) -> bool:
    """Whether nothing has been answered. `False` and 0 are answers."""
    return raw is None or (isinstance(raw, str) and not raw.strip())


def read(kind: QuestionKind, raw: Any, *, choices: Iterable[tuple[str, str]] = ()) -> Value:
    """The value of a typed answer, None where nothing was typed. Raises Unreadable."""
    if is_blank(raw):
        return None
    if kind == "yes_no":
        return read_yes_no(raw)
    if kind == "date":
        return read_date(str(raw))
    if kind == "yen":
        return read_yen(raw)
    if kind == "signed_yen":
        return read_signed_yen(raw)
    if kind == "number":
        return read_number(raw)
    if kind == "choice":
        return read_choice(str(raw), choices)
    return str(raw).strip()


def read_yes_no(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    text = str(raw).strip().lower()
    if text in YES:
        return True
    if text in NO:
        return False
    raise Unreadable(_("「はい」か「いいえ」を選んでください。"))


def read_number(raw: Any) -> int:
    """A whole, non-negative number: 「１２」「1,200人」."""
    text = unicodedata.normalize("NFKC", str(raw)).strip()
    text = re.sub(r"[\s,、]|(?:時間|[人名台件個社月年%])$", "", text)
    if isinstance(raw, bool) or not re.fullmatch(r"\d{1,15}", text, flags=re.ASCII):
        raise Unreadable(_("0以上の整数を数字で入力してください。例：12"))
    return int(text)


def read_yen(raw: Any) -> int:
    """Yen: 「￥1,200,000」「120万円」."""
    text = unicodedata.normalize("NFKC", str(raw)).strip()
    units = re.fullmatch(r"([\d,]+)(万|億)円?", text, flags=re.ASCII)
    factor = {"万": 10_000, "億": 100_000_000}[units[2]] if units else 1
    try:
        return parse_yen(units[1] if units else text) * factor
    except NotYen:
        raise Unreadable(_("金額を円の単位で、数字で入力してください。例：1200000")) from None


def read_signed_yen(raw: Any) -> int:
    """Yen that may be a loss: 「△1,200,000」「▲120万円」「-1200000」「1200000」."""
    text = unicodedata.normalize("NFKC", str(raw)).strip()
    try:
        # A sign alone, or two of them, are no amount.
        sign, bare = without_sign(text)
        return sign * read_yen(bare)
    except Unreadable:
        raise Unreadable(
            _(
                "金額を円の単位で、数字で入力してください。赤字のときは、頭に「△」か「-」を付けます。"
                "例：1200000、△1200000"
            )
        ) from None


def read_date(text: str) -> dt.date:
    """A day: 2026-12-01, 2026/12/1, 令和8年12月1日, R8.12.1."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    found = _DATE.fullmatch(plain)
    try:
        return _day(found)
    except ValueError:
        raise Unreadable(
            _("日付を年・月・日で入力してください。例：2026-12-01、令和8年12月1日")
        ) from None


def _day(found: re.Match[str] | None) -> dt.date:
    """Raises ValueError for a day that does not exist or that nobody means."""
    if found is None:
        raise ValueError("no date")
    day = dt.date(_year(found), int(found["month"]), int(found["day"]))
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"{day} is far away")
    return day


def _year(found: re.Match[str]) -> int:
    if found["year"]:
        return int(found["year"])
    number = 1 if found["era_year"] == "元" else int(found["era_year"])
    return _ERAS[found["era"]] + number


def read_choice(text: str, choices: Iterable[tuple[str, str]]) -> str:
    if text not in {code for code, _label in choices}:
        raise Unreadable(_("選択肢から1つ選んでください。"))
    return text


def plain(value: Value) -> str | int | bool | None:
    """The value as it goes into JSON: dates as ISO text."""
    return value.isoformat() if isinstance(value, dt.date) else value
