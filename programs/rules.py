"""Pure rules about firms: numbers, sizes, names as they are searched and compared."""

import re
import unicodedata
from collections.abc import Iterable

# METI survey of small manufacturers (令和元年度): モデル A 100–300, B 50–99, C 20–49, D fewer.
SIZE_MODELS = (("A", 100, 300), ("B", 50, 99), ("C", 20, 49), ("D", 0, 19))

# 中小企業基本法 第2条, 製造業: capital or employees; 小規模企業者: employees.
SME_CAPITAL_YEN = 300_000_000
SME_EMPLOYEES = 300
SMALL_EMPLOYEES = 20

_LEGAL_FORM = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|合名会社|\(株\)|\(有\)|\(同\)|\(資\)|\(名\)"
)
_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


def size_model(employees: int) -> str:
    """規模モデル A–D; "" above 300 employees, where the survey ends."""
    for name, lowest, highest in SIZE_MODELS:
        if lowest <= employees <= highest:
            return name
    return ""


def is_sme(*, capital_yen: int | None, employees: int) -> bool:
    """中小企業者 (製造業): capital up to 3億円, or up to 300 employees. One of both is enough.

    A sole proprietor has no capital (None) and is judged by employees alone.
    """
    by_capital = capital_yen is not None and capital_yen <= SME_CAPITAL_YEN
    return by_capital or employees <= SME_EMPLOYEES


def is_small(*, employees: int) -> bool:
    """小規模企業者 (製造業): up to 20 employees."""
    return employees <= SMALL_EMPLOYEES


def fold(text: str) -> str:
    """Text for comparing and searching: NFKC, lower case, katakana, no blanks."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\s+", "", text).translate(_HIRAGANA_TO_KATAKANA)


def bare_name(name: str) -> str:
    """The folded name without its legal form: ㈱大森 精機 and 株式会社大森精機 → 大森精機."""
    return _LEGAL_FORM.sub("", fold(name))


def search_text(*, name: str, name_kana: str, corporate_number: str) -> str:
    """What the officials' search looks in; a query is folded the same way."""
    return " ".join(part for part in (fold(name), fold(name_kana), corporate_number) if part)


def format_postal_code(code: str) -> str:
    """1310045 → 131-0045; anything else as it is."""
    return f"{code[:3]}-{code[3:]}" if len(code) == 7 else code


def compact_postal_code(text: str) -> str | None:
    """〒131-0045, １３１００４５ … → 1310045; None where it is no postal code."""
    digits = re.sub(r"[〒\s\-‐‑–—―−ー]", "", unicodedata.normalize("NFKC", text))
    return digits if re.fullmatch(r"[0-9]{7}", digits) else None


def joined[Key](keys: Iterable[Key], pairs: Iterable[tuple[Key, Key]]) -> dict[Key, Key]:
    """Key → the key that stands for all that belong together with it."""
    head: dict[Key, Key] = {key: key for key in keys}

    def top(key: Key) -> Key:
        head.setdefault(key, key)
        while head[key] != key:
            key = head[key]
        return key

    for one, other in pairs:
        head[top(other)] = top(one)
    return {key: top(key) for key in list(head)}
