"""Points of the answers on the way: per axis, together, the level, and every line that led to it."""

from dataclasses import dataclass
from fractions import Fraction

from programs.diagnosis.rules.definition import MANY, ONE, Definition, Question
from programs.diagnosis.rules.path import Answers, chosen, walk

# Kept with every result: what is counted otherwise one day gets another number.
RULE = 1
# Below it an axis is called weak.
WEAK = 50


@dataclass(frozen=True, slots=True)
class Line:
    """What one question gave: `points` of `most`, times `weight`."""

    question: str
    chosen: tuple[str, ...]
    axis: str
    points: int
    most: int
    weight: int


@dataclass(frozen=True, slots=True)
class Score:
    """An axis from 0 to 100 (cut off below a point); None where no question of it was on the way."""

    axis: str
    value: int | None


@dataclass(frozen=True, slots=True)
class Result:
    """All that follows from the answers; `total` from 0 to 100, `level` a code or ""."""

    lines: tuple[Line, ...]
    scores: tuple[Score, ...]
    total: int | None
    level: str
    barriers: tuple[str, ...]
    fields: tuple[str, ...]

    def score(self, axis: str) -> int | None:
        """Of that axis."""
        return next((score.value for score in self.scores if score.axis == axis), None)


def scored(sheet: Definition, answers: Answers) -> Result:
    """The result of the answers that lie on the way; others count nothing."""
    asked = [question for page in walk(sheet, answers) for question in page.questions]
    picked = [
        (question, option)
        for question in asked
        if question.kind in {ONE, MANY}
        for code in chosen(question, answers)
        if (option := question.option(code)) is not None
    ]
    lines = tuple(_line(question, answers) for question in asked if question.axis)
    exact = {axis.code: _exact(lines, axis.code) for axis in sheet.axes}
    scores = tuple(
        Score(axis.code, None if (value := exact[axis.code]) is None else int(value))
        for axis in sheet.axes
    )
    total = _together(sheet, exact)
    return Result(
        lines=lines,
        scores=scores,
        total=total,
        level=_level(sheet, scores, total),
        barriers=tuple(sorted({code for _question, option in picked for code in option.barriers})),
        fields=tuple(dict.fromkeys(code for _question, option in picked for code in option.fields)),
    )


def weak_first(sheet: Definition, result: Result) -> list[str]:
    """The axes' codes, the weakest first; equals in the order of the sheet."""
    known = [(score.value, score.axis) for score in result.scores if score.value is not None]
    order = [axis.code for axis in sheet.axes]
    return [code for _value, code in sorted(known, key=lambda one: (one[0], order.index(one[1])))]


def _line(question: Question, answers: Answers) -> Line:
    codes = chosen(question, answers)
    points = sum(option.points for option in question.options if option.code in codes)
    return Line(question.code, codes, question.axis, points, question.most, question.weight)


def _exact(lines: tuple[Line, ...], axis: str) -> Fraction | None:
    """The weighted mean of the questions' shares."""
    mine = [line for line in lines if line.axis == axis]
    whole = sum(line.weight for line in mine)
    if not whole:
        return None
    part = sum((Fraction(line.points * line.weight, line.most) for line in mine), Fraction())
    return 100 * part / whole


def _together(sheet: Definition, exact: dict[str, Fraction | None]) -> int | None:
    known = [(axis.weight, value) for axis in sheet.axes if (value := exact[axis.code]) is not None]
    whole = sum(weight for weight, _value in known)
    if not whole:
        return None
    return int(sum((weight * value for weight, value in known), Fraction()) / whole)


def _level(sheet: Definition, scores: tuple[Score, ...], total: int | None) -> str:
    if not sheet.levels or total is None:
        return ""
    if sheet.passing:
        rungs = zip(sheet.levels, scores, strict=True)
        below = (level.code for level, score in rungs if (score.value or 0) < sheet.passing)
        return next(below, sheet.levels[-1].code)
    reached = [level for level in sheet.levels if total >= level.at]
    return max(reached, key=lambda level: level.at).code if reached else sheet.levels[0].code
