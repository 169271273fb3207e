"""The guide as data (portal/navi/guide.toml): questions, which criteria they answer, measures."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from programs.diagnosis.rules.definition import Words

# Kinds of questions: a ward, a whole number, one option, any number of options, the ward's own criteria.
WARD, NUMBER, ONE, MANY, OWN = "ward", "number", "one", "many", "own"
# The answer to "which ward" of who has no site in any.
NOWHERE = "0"


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to choose; `alone` goes with no other one."""

    code: str
    words: Words
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question on a page of its own."""

    code: str
    kind: str
    words: Words
    hint: Words
    unit: Words
    options: tuple[Option, ...]

    def option(self, code: str) -> Option | None:
        """The option of that code."""
        return next((one for one in self.options if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Criterion:
    """What an answer says to a criterion that schemes share.

    Without an option the answer itself is said, or `otherwise` where that is given. With one: `chosen`
    where it was chosen ("": nothing is said, the criterion is asked), `otherwise` where not. What is not
    `carried` is asked again in the application, because only its own page may take it (誓約).
    """

    code: str
    question: str
    option: str = ""
    chosen: str = ""
    otherwise: str = ""
    carried: bool = True


@dataclass(frozen=True, slots=True)
class Clause:
    """One of `any` was answered: `weight` counts, and `words` say why. As a demand: what is missing."""

    question: str
    any: frozenset[str]
    words: Words
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Measure:
    """A kind of support. `base` is its rank where nothing speaks for it."""

    code: str
    title: Words
    text: Words
    button: Words
    later: Words
    base: int
    prepare: tuple[Words, ...]
    fits: tuple[Clause, ...]
    asks: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """All of it."""

    questions: tuple[Question, ...]
    criteria: tuple[Criterion, ...]
    measures: tuple[Measure, ...]

    def question(self, code: str) -> Question | None:
        """The question of that code."""
        return next((one for one in self.questions if one.code == code), None)

    def measure(self, code: str) -> Measure:
        """Raises StopIteration for a code that the guide lacks."""
        return next(one for one in self.measures if one.code == code)


@cache
def guide() -> Guide:
    """As it is shipped."""
    data = tomllib.loads((Path(__file__).parent.parent / "guide.toml").read_text("utf-8"))
    return Guide(
        tuple(_question(one) for one in data["questions"]),
        tuple(Criterion(**one) for one in data["criteria"]),
        tuple(_measure(one) for one in data["measures"]),
    )


def _question(data: dict[str, Any]) -> Question:
    options = tuple(
        Option(one["code"], Words(one["ja"], one["en"]), one.get("alone", False))
        for one in data.get("options", ())
    )
    return Question(
        code=data["code"],
        kind=data["kind"],
        words=Words(**data["text"]),
        hint=_words(data.get("hint")),
        unit=_words(data.get("unit")),
        options=options,
    )


def _measure(data: dict[str, Any]) -> Measure:
    return Measure(
        code=data["code"],
        title=Words(**data["title"]),
        text=Words(**data["text"]),
        button=Words(**data["button"]),
        later=Words(**data["later"]),
        base=data["base"],
        prepare=tuple(Words(**one) for one in data.get("prepare", ())),
        fits=tuple(
            Clause(one["question"], frozenset(one["any"]), Words(**one["why"]), one["weight"])
            for one in data["fits"]
        ),
        asks=tuple(
            Clause(one["question"], frozenset(one["any"]), Words(**one["missing"]))
            for one in data.get("asks", ())
        ),
    )


def _words(data: dict[str, str] | None) -> Words:
    return Words(**data) if data else Words("", "")
