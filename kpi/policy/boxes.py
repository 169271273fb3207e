"""What a logic model is made of: levels, boxes, arrows, and the package of a measure."""

from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Level(Enum):
    """The columns, from left to right."""

    INPUT = "input"
    ACTIVITY = "activity"
    OUTPUT = "output"
    OUTCOME = "outcome"
    IMPACT = "impact"


LEVELS: dict[Level, Text] = {
    Level.INPUT: _("投入"),
    Level.ACTIVITY: _("活動"),
    Level.OUTPUT: _("活動の結果"),
    Level.OUTCOME: _("成果"),
    Level.IMPACT: _("最終の目標"),
}


@dataclass(frozen=True, slots=True)
class Box:
    """One box. `indicator` is the code of what it shows; `shows` names the input on record."""

    code: str
    level: Level
    text: Text
    indicator: str = ""
    shows: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one box to the next: what must hold for it, what may go wrong, and who says so."""

    start: str
    end: str
    assumption: Text
    risk: Text
    source: Text


@dataclass(frozen=True, slots=True)
class Package:
    """A measure of the policy (支援策)."""

    number: int
    name: Text
    purpose: Text
    target: Text
    means: Text
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]

    def column(self, level: Level) -> tuple[Box, ...]:
        return tuple(box for box in self.boxes if box.level == level)

    def box(self, code: str) -> Box:
        return next(box for box in self.boxes if box.code == code)
