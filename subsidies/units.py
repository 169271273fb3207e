"""What a number counts (人, 年, 時間 …), in the language of the page.

A scheme's data may name any unit; those that are known here are also told in English.
"""

from collections.abc import Callable

from django.utils.translation import npgettext

PEOPLE = "人"
_WORDS: dict[str, Callable[[int], str]] = {
    PEOPLE: lambda number: npgettext("unit", "人", "人", number),
    "年": lambda number: npgettext("unit", "年", "年", number),
    "時間": lambda number: npgettext("unit", "時間", "時間", number),
    "台": lambda number: npgettext("unit", "台", "台", number),
}
_SEVERAL = 2


def unit_word(unit: str) -> str:
    """The unit alone, as it stands beside an input."""
    return _word(unit, _SEVERAL).strip()


def with_unit(number: int, unit: str) -> str:
    """1200 → 「1,200人」, "1,200 people"."""
    return f"{number:,}{_word(unit, number)}"


def _word(unit: str, number: int) -> str:
    return _WORDS[unit](number) if unit in _WORDS else unit
