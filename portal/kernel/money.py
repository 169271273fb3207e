"""Yen as int, rates as exact fractions. Floats never touch money."""

import re
import unicodedata
from fractions import Fraction

THOUSAND = 1_000


class NotYen(ValueError):
    """The text is not a whole, non-negative number of yen."""


def portion(amount: int, rate: Fraction) -> int:
    """amount × rate in yen, cut off below one yen."""
    return int(amount * rate)


def floor_to(amount: int, unit: int = THOUSAND) -> int:
    """切捨て to `unit` yen (千円未満切捨て by default). Raises ValueError for a negative amount."""
    if amount < 0:
        raise ValueError("negative amount")
    return amount - amount % unit


def parse_yen(text: str) -> int:
    """Yen from what people type: 「１，２３４円」「￥1,234」「1234」. Raises NotYen."""
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = re.sub(r"[\s,、]|円$|^[¥\\]", "", plain.replace("¥", ""))
    if not re.fullmatch(r"\d{1,13}", plain, flags=re.ASCII):
        raise NotYen(text)
    return int(plain)


def format_yen(amount: int) -> str:
    """1234567 → 1,234,567円."""
    return f"{amount:,}円"


def format_rate(rate: Fraction) -> str:
    """2/3 → 3分の2 (the way Japanese rules write it)."""
    return f"{rate.denominator}分の{rate.numerator}"
