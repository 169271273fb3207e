"""A questionnaire as data: pages, questions, options; axes, levels; where one page leads to another.

Written as TOML (`programs/diagnosis/instruments/`), kept as JSON in a version. Every text is there in
Japanese and English.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

# A page that leads here is the last one.
END = "end"
ONE, MANY, YEN, SIGNED_YEN, COUNT, TEXT = "one", "many", "yen", "signed_yen", "count", "text"
KINDS = frozenset({ONE, MANY, YEN, SIGNED_YEN, COUNT, TEXT})
FIGURES = frozenset({YEN, SIGNED_YEN, COUNT})
# What is made of the answers: points on axes; barriers; hours and yen; productivity A, B, C.
SCORE, BARRIERS, SAVINGS, PRODUCTIVITY = "score", "barriers", "savings", "productivity"
RESULTS = frozenset({SCORE, BARRIERS, SAVINGS, PRODUCTIVITY})


class Unreadable(Exception):
    """The data are not a questionnaire; `place` says where, `what` what is missing there."""

    def __init__(self, place: str, what: str) -> None:
        self.place, self.what = place, what
        super().__init__(f"{place}: {what}")


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages; said in the reader's."""

    ja: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "ja").startswith("en") and self.en else self.ja


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to choose. `points` count on the question's axis.

    `barriers` (A-1 … D-1) and `fields` (of advisors) are what choosing it says of the firm.
    """

    code: str
    words: Words
    points: int = 0
    barriers: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Without an axis it scores nothing. `weight` is that beside others of its axis."""

    code: str
    words: Words
    kind: str = ONE
    hint: Words = Words("", "")
    unit: Words = Words("", "")
    options: tuple[Option, ...] = ()
    axis: str = ""
    weight: int = 1
    required: bool = True

    @property
    def most(self) -> int:
        """The most points there are."""
        points = [option.points for option in self.options]
        return sum(points) if self.kind == MANY else max(points, default=0)

    def option(self, code: str) -> Option | None:
        """The option of that code."""
        return next((option for option in self.options if option.code == code), None)


@dataclass(frozen=True, slots=True)
class Branch:
    """Leads to the page `to` where one of `chosen` was answered; `chosen` empty: where nothing was."""

    question: str
    chosen: tuple[str, ...]
    to: str


@dataclass(frozen=True, slots=True)
class Page:
    """Questions shown together. The first branch that holds decides; else `next`, else what follows."""

    code: str
    title: Words
    lead: Words
    questions: tuple[Question, ...]
    branches: tuple[Branch, ...] = ()
    next: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """A side that is scored from 0 to 100. `needs` names what helps, the best first."""

    code: str
    name: Words
    low: Words
    high: Words
    weight: int = 1
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """A rung: reached from `at` points on."""

    code: str
    name: Words
    text: Words
    at: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """An instrument or text of others: named and linked, never copied."""

    name: Words
    url: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole questionnaire. With `passing` the axes are rungs in their order: one stands on the first
    whose points are below it; otherwise the level follows from all points together.
    """

    code: str
    name: Words
    purpose: Words
    minutes: int
    result: str
    pages: tuple[Page, ...]
    axes: tuple[Axis, ...] = ()
    levels: tuple[Level, ...] = ()
    passing: int = 0
    sources: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    has_risks: bool = False

    def page(self, code: str) -> Page | None:
        """The page of that code."""
        return next((page for page in self.pages if page.code == code), None)

    def questions(self) -> Iterator[Question]:
        """All of them, in the order of the pages."""
        for page in self.pages:
            yield from page.questions

    def question(self, code: str) -> Question | None:
        """The question of that code."""
        return next((found for found in self.questions() if found.code == code), None)

    def level(self, code: str) -> Level | None:
        """The level of that code."""
        return next((level for level in self.levels if level.code == code), None)

    def axis(self, code: str) -> Axis | None:
        """The axis of that code."""
        return next((axis for axis in self.axes if axis.code == code), None)


def built(data: Any) -> Definition:
    """The questionnaire that the data describe. Raises Unreadable."""
    root = _Node(data, "")
    scales = {
        name: tuple(_option(one) for one in root.node("scales").nodes(name))
        for name in root.node("scales").names()
    }
    return Definition(
        code=root.text("code"),
        name=root.words("name"),
        purpose=root.words("purpose"),
        minutes=root.number("minutes", 5),
        result=root.text("result"),
        pages=tuple(_page(one, scales) for one in root.nodes("pages")),
        axes=tuple(_axis(one) for one in root.nodes("axes")),
        levels=tuple(_level(one) for one in root.nodes("levels")),
        passing=root.number("passing", 0),
        sources=root.texts("sources"),
        links=tuple(Link(one.words("name"), one.text("url")) for one in root.nodes("links")),
        has_risks=bool(root.get("has_risks", False)),
    )


class _Node:
    """A mapping of the data that knows its place, so that a refusal names it."""

    def __init__(self, data: Any, place: str) -> None:
        if not isinstance(data, Mapping):
            raise Unreadable(place or "/", "not a table")
        self.data, self.place = data, place

    def get(self, key: str, otherwise: Any = None) -> Any:
        return self.data.get(key, otherwise)

    def names(self) -> list[str]:
        return list(self.data)

    def node(self, key: str) -> "_Node":
        return _Node(self.data.get(key, {}), f"{self.place}/{key}")

    def nodes(self, key: str) -> "list[_Node]":
        rows = self.data.get(key, [])
        if not isinstance(rows, list):
            raise Unreadable(f"{self.place}/{key}", "not a list")
        return [_Node(row, f"{self.place}/{key}[{number}]") for number, row in enumerate(rows, 1)]

    def text(self, key: str, otherwise: str | None = None) -> str:
        value = self.data.get(key, otherwise)
        if not isinstance(value, str) or (otherwise is None and not value):
            raise Unreadable(f"{self.place}/{key}", "no text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.data.get(key, [])
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise Unreadable(f"{self.place}/{key}", "not a list of texts")
        if not all(isinstance(one, str) for one in value):
            raise Unreadable(f"{self.place}/{key}", "not a list of texts")
        return tuple(value)

    def number(self, key: str, otherwise: int) -> int:
        value = self.data.get(key, otherwise)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise Unreadable(f"{self.place}/{key}", "not a whole number")
        return value

    def words(self, key: str, *, empty: bool = False) -> Words:
        if empty and key not in self.data:
            return Words("", "")
        inner = self.node(key)
        return Words(inner.text("ja"), inner.text("en"))


def _page(node: _Node, scales: Mapping[str, tuple[Option, ...]]) -> Page:
    return Page(
        code=node.text("code"),
        title=node.words("title"),
        lead=node.words("lead", empty=True),
        questions=tuple(_question(one, scales) for one in node.nodes("questions")),
        branches=tuple(
            Branch(one.text("question"), one.texts("chosen"), one.text("to"))
            for one in node.nodes("branches")
        ),
        next=node.text("next", ""),
    )


def _question(node: _Node, scales: Mapping[str, tuple[Option, ...]]) -> Question:
    scale = node.text("scale", "")
    if scale and scale not in scales:
        raise Unreadable(f"{node.place}/scale", scale)
    return Question(
        code=node.text("code"),
        words=node.words("text"),
        kind=node.text("kind", ONE),
        hint=node.words("hint", empty=True),
        unit=node.words("unit", empty=True),
        options=scales[scale] if scale else tuple(_option(one) for one in node.nodes("options")),
        axis=node.text("axis", ""),
        weight=node.number("weight", 1),
        required=bool(node.get("required", True)),
    )


def _option(node: _Node) -> Option:
    return Option(
        code=node.text("code"),
        words=Words(node.text("ja"), node.text("en")),
        points=node.number("points", 0),
        barriers=node.texts("barriers"),
        fields=node.texts("fields"),
    )


def _axis(node: _Node) -> Axis:
    return Axis(
        code=node.text("code"),
        name=node.words("name"),
        low=node.words("low"),
        high=node.words("high"),
        weight=node.number("weight", 1),
        needs=node.texts("needs"),
    )


def _level(node: _Node) -> Level:
    return Level(
        code=node.text("code"),
        name=node.words("name"),
        text=node.words("text"),
        at=node.number("at", 0),
    )
