"""The help and the manuals as written in help/*.toml and books/*.toml, read once in a process.

Both are data, in Japanese, with a title and a summary in English. In a manual's step, `[[word]]` is
a heading, link or button of the step's screen, `((word))` one of a screen in another state: the
tests look for both where they must stand, so that a manual never names what is gone.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
_MARK = re.compile(r"\[\[(.+?)\]\]|\(\((.+?)\)\)")


@dataclass(frozen=True, slots=True)
class Entry:
    """The help of one screen, or of several that belong together."""

    screens: tuple[str, ...]
    name: str
    title: str
    summary: str
    purpose: str
    do: tuple[str, ...]
    next: str
    mistakes: tuple[str, ...]
    staff: bool

    @property
    def screen(self) -> str:
        """The screen that stands for all of them in an address."""
        return self.screens[0]


@dataclass(frozen=True, slots=True)
class Room:
    """The entries of one file."""

    name: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Step:
    """One thing to do: on which screen, in which words, with which picture."""

    screen: str
    text: str
    person: str
    picture: str

    @cached_property
    def parts(self) -> tuple[tuple[str, bool], ...]:
        """(text, whether it is a word of the screen), in order."""
        found: list[tuple[str, bool]] = []
        at = 0
        for mark in _MARK.finditer(self.text):
            found += [(self.text[at : mark.start()], False), (mark[1] or mark[2], True)]
            at = mark.end()
        return tuple(part for part in [*found, (self.text[at:], False)] if part[0])

    @property
    def on_screen(self) -> list[str]:
        """The words that stand on the screen as it is in the small world of the tests."""
        return [mark[1] for mark in _MARK.finditer(self.text) if mark[1]]

    @property
    def elsewhere(self) -> list[str]:
        """The words of a screen in another state."""
        return [mark[2] for mark in _MARK.finditer(self.text) if mark[2]]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture, so that nothing moves when it comes."""
        return pictures()[self.picture] if self.picture else (0, 0)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One task of the role, from its beginning to its end."""

    code: str
    title: str
    lead: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Manual:
    """The manual of one role."""

    code: str
    name: str
    title: str
    summary: str
    lead: str
    staff: bool
    chapters: tuple[Chapter, ...]

    def steps(self) -> Iterator[Step]:
        return (step for chapter in self.chapters for step in chapter.steps)


@lru_cache(maxsize=1)
def rooms() -> tuple[Room, ...]:
    """All help, by room. A key that is missing in a file raises KeyError."""
    read = (_read(path) for path in sorted((FOLDER / "help").glob("*.toml")))
    return tuple(
        Room(row["room"], row["room_en"], tuple(_entry(item) for item in row["entry"]))
        for row in read
    )


@lru_cache(maxsize=1)
def entries() -> dict[str, Entry]:
    """The help of each screen by the name of its route. Two for one raise ValueError."""
    found: dict[str, Entry] = {}
    for entry in (entry for room in rooms() for entry in room.entries):
        for screen in entry.screens:
            if screen in found:
                raise ValueError(f"{screen} has two entries of help")
            found[screen] = entry
    return found


@lru_cache(maxsize=1)
def manuals() -> dict[str, Manual]:
    """The manuals by the code of their role, in the order of their files' `order`."""
    read = sorted(
        ((path.stem, _read(path)) for path in (FOLDER / "books").glob("*.toml")),
        key=lambda item: item[1]["order"],
    )
    return {code: _manual(code, row) for code, row in read}


@lru_cache(maxsize=1)
def pictures() -> dict[str, tuple[int, int]]:
    """Width and height of each picture that `make manual-pictures` has kept."""
    kept = _read(FOLDER / "pictures.toml")
    return {name: (row["size"][0], row["size"][1]) for name, row in kept.items()}


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(
        screens=tuple(row["screens"]),
        name=row["name"],
        title=row["title"],
        summary=row["summary"],
        purpose=row["purpose"],
        do=tuple(row["do"]),
        next=row["next"],
        mistakes=tuple(row["mistakes"]),
        staff=row.get("staff", False),
    )


def _manual(code: str, row: dict[str, Any]) -> Manual:
    chapters = tuple(_chapter(row["person"], item) for item in row["chapter"])
    staff = row.get("staff", True)
    return Manual(code, row["name"], row["title"], row["summary"], row["lead"], staff, chapters)


def _chapter(person: str, row: dict[str, Any]) -> Chapter:
    steps = tuple(
        Step(item["screen"], item["text"], item.get("person", person), item.get("picture", ""))
        for item in row["step"]
    )
    return Chapter(row["code"], row["title"], row["lead"], steps)


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))
