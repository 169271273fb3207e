"""What followed from the answers, as it is kept: every line, so that the points can be counted again."""

from typing import Any

from programs.diagnosis.rules import figures, scoring
from programs.diagnosis.rules.definition import PRODUCTIVITY, SAVINGS, Definition
from programs.diagnosis.rules.path import Answers


def result_of(sheet: Definition, answers: Answers) -> dict[str, Any]:
    """The kept form of rules.scoring.Result, with hours, yen and letters where the sheet has them."""
    found = scoring.scored(sheet, answers)
    kept: dict[str, Any] = {
        "rule": scoring.RULE,
        "lines": [
            [line.question, list(line.chosen), line.axis, line.points, line.most, line.weight]
            for line in found.lines
        ],
        "scores": {score.axis: score.value for score in found.scores},
        "total": found.total,
        "level": found.level,
        "barriers": list(found.barriers),
        "fields": list(found.fields),
    }
    if sheet.result == SAVINGS:
        saved = figures.savings(sheet, answers)
        kept["savings"] = {
            "hourly": saved.hourly,
            "hours": list(saved.hours),
            "yen": list(saved.yen),
        }
    if sheet.result == PRODUCTIVITY:
        kept["productivity"] = {
            one.letter: [one.value_added, one.per_person, one.per_hour]
            for one in figures.productivity(sheet, answers)
        }
    return kept
