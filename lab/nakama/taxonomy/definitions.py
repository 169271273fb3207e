"""The shipped taxonomy and words, read and checked from processes.list and materials.list."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import get_language

from lab.nakama.rules.folding import fold

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Entry:
    """A line: a code with its names, the words that mean it and those that only imply it."""

    code: str
    name_ja: str
    name_en: str
    order: int
    words: tuple[str, ...]
    implied: tuple[str, ...] = ()

    @property
    def parent(self) -> str | None:
        """The group's code, None for a group itself."""
        group, dot, _own = self.code.partition(".")
        return group if dot else None


def processes() -> list[Entry]:
    """Every shipped process. Raises ValueError for a line that does not fit."""
    return list(_read("processes.list", columns=5))


@lru_cache(maxsize=1)
def _english() -> dict[str, str]:
    return {entry.code: entry.name_en for entry in processes()}


def named(code: str, name_ja: str) -> str:
    """A process in the language of the page, without asking the database."""
    if (get_language() or "ja").startswith("ja"):
        return name_ja
    return _english().get(code, name_ja)


def materials() -> list[Entry]:
    """Every shipped material. Raises ValueError for a line that does not fit."""
    return list(_read("materials.list", columns=4))


def _read(name: str, *, columns: int) -> Iterator[Entry]:
    groups: set[str] = set()
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    for order, line in enumerate(line for line in lines if line and not line.startswith("#")):
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) != columns:
            raise ValueError(f"{name}: {line[:40]} does not have {columns} columns")
        code, name_ja, name_en, *words = cells
        entry = Entry(code, name_ja, name_en, order, *(_words(cell) for cell in words))
        groups.add(code)
        if entry.parent and entry.parent not in groups:
            raise ValueError(f"{name}: {code} stands before its group")
        yield entry


def _words(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in cell.split("、") if word.strip()))


@dataclass(frozen=True, slots=True)
class Word:
    """A shipped 別名: columns of Alias."""

    text: str
    normalised: str
    process_id: str | None = None
    material_id: str | None = None
    is_implied: bool = False

    @property
    def key(self) -> tuple[str, str | None, str | None]:
        """What is there once."""
        return self.normalised, self.process_id, self.material_id


def words() -> list[Word]:
    """Every shipped word once; a word that means a process is not repeated as one that implies it."""
    found: dict[tuple[str, str | None, str | None], Word] = {}
    for entry in processes():
        for text in (entry.name_ja, entry.name_en, *entry.words):
            word = Word(text, fold(text), process_id=entry.code)
            found.setdefault(word.key, word)
        for text in entry.implied:
            word = Word(text, fold(text), process_id=entry.code, is_implied=True)
            found.setdefault(word.key, word)
    for entry in materials():
        for text in entry.words:
            word = Word(text, fold(text), material_id=entry.code)
            found.setdefault(word.key, word)
    return list(found.values())
