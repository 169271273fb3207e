"""A worksheet as data: steps, their fields, and the facts that stand beside them with their source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal[
    "text", "long", "yen", "signed_yen", "count", "decimal", "percent", "date", "choice", "many"
]
# What is said in figures: a firm may keep each of these out of group work.
FIGURES = frozenset({"yen", "signed_yen", "count", "decimal", "percent"})
MONEY = frozenset({"yen", "signed_yen"})
# Of a step made of rows, the hidden name by which other steps know a row.
ROW_ID = "id"


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `low` and `high` bound figures (both included); `start` is what a new sheet says."""

    code: str
    label: Any
    kind: Kind = "text"
    hint: Any = ""
    unit: Any = ""
    choices: tuple[tuple[str, Any], ...] = ()
    required: bool = True
    limit: int = 200
    low: int | None = 0
    high: int | None = None
    start: str = ""

    @property
    def is_figure(self) -> bool:
        """Whether it is said in figures."""
        return self.kind in FIGURES

    @property
    def is_money(self) -> bool:
        """Whether it is an amount in 円."""
        return self.kind in MONEY


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact from a founding document: our sentence, and where it comes from."""

    text: Any
    source: str


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a sheet. With `row_name` it is a list of rows, of which `least` are asked for.

    `start` are the rows a new sheet offers; `builds` names the rule that makes its fields from
    other steps (`dojo.worksheets.rules.building`).
    """

    code: str
    title: Any
    lead: Any
    fields: tuple[Field, ...] = ()
    facts: tuple[Fact, ...] = ()
    row_name: Any = ""
    least: int = 1
    most: int = 20
    start: tuple[Mapping[str, Any], ...] = ()
    builds: str = ""

    @property
    def has_rows(self) -> bool:
        """Whether it is a list of rows."""
        return bool(self.row_name)

    def field(self, code: str) -> Field | None:
        """The field of that code."""
        return next((field for field in self.fields if field.code == code), None)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of worksheet. `keeps_money`: its amounts are kept out of group work unless the firm says."""

    code: str
    name: Any
    purpose: Any
    steps: tuple[Step, ...]
    keeps_money: bool = False

    def step(self, code: str) -> Step | None:
        """The step of that code."""
        return next((step for step in self.steps if step.code == code), None)

    def after(self, code: str) -> Step | None:
        """The step behind that one."""
        codes = [step.code for step in self.steps]
        place = codes.index(code) + 1
        return self.steps[place] if place < len(codes) else None

    def figures(self) -> Iterator[tuple[str, Step, Field]]:
        """(key, step, field) of all that is said in figures; the key is `step.field`."""
        for step in self.steps:
            for field in step.fields:
                if field.is_figure:
                    yield f"{step.code}.{field.code}", step, field

    def kept_at_first(self) -> list[str]:
        """The keys that a new sheet keeps out of group work."""
        if not self.keeps_money:
            return []
        return [key for key, _step, field in self.figures() if field.is_money]
