"""Yen as int, rates as exact fractions. Floats never touch money."""

import re
import unicodedata
from fractions import Fraction

from django.utils.translation import gettext as _

THOUSAND = 1_000


class NotYen(ValueError):
    """The text is not a whole, non-negative number of yen."""


def portion(amount: int, rate: Fraction) -> int:
    """amount × rate in yen, cut off below one yen. Raises ValueError for a negative amount."""
    if amount < 0:
        raise ValueError("negative amount")
    return amount * rate.numerator // rate.denominator


def floor_to(amount: int, unit: int = THOUSAND) -> int:
    """切捨て to `unit` yen (千円未満切捨て by default). Raises ValueError for a negative amount."""
    if amount < 0:
        raise ValueError("negative amount")
    return amount - amount % unit


# After NFKC: an optional yen sign in front or 円 behind, figures, separators between them.
_YEN = re.compile(r"[¥\\]?\s*(\d[\d,、\s]*?)\s*円?", flags=re.ASCII)
_MOST_FIGURES = 13


def parse_yen(text: str) -> int:
    """Yen from what people type: 「１，２３４円」「￥1,234」「1234」. Raises NotYen."""
    match = _YEN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    figures = re.sub(r"\D", "", match[1], flags=re.ASCII) if match else ""
    if not 1 <= len(figures) <= _MOST_FIGURES:
        raise NotYen(text)
    return int(figures)


# What people type in front of a loss; the long vowel mark stands beside the minus on a keyboard.
MINUS = frozenset("-△▲−‐–—―ー")


def without_sign(text: str) -> tuple[int, str]:
    """-1 and what follows the sign of a loss, else 1 and all of it. `text` is after NFKC, without blanks
    around it."""
    return (-1, text[1:]) if text[:1] in MINUS else (1, text)


def format_yen(amount: int) -> str:
    """1234567 → 1,234,567円; ¥1,234,567 in English."""
    return _("%(amount)s円") % {"amount": f"{amount:,}"}


def format_rate(rate: Fraction) -> str:
    """2/3 → 3分の2; the whole → 10分の10 (the way Japanese rules write it). 2/3 in English."""
    whole, part = (10, 10) if rate == 1 else (rate.denominator, rate.numerator)
    return _("%(whole)d分の%(part)d") % {"whole": whole, "part": part}
