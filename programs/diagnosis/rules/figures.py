"""Hours, yen and productivity from the answers: whole numbers, ranges with what they rest on.

- Savings (簡易業務診断, 004): hours of a month × a range for the area's maturity. The share of the first
  stage is a figure of 003 (sorting work out alone: 20–30 %); the others are assumptions of ours and said
  to be.
- Productivity (004): A counts labour in the cost of sales as value added, B does not, C takes operating
  profit for it. The letter stands beside every figure; the three are never mixed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from programs.diagnosis.rules.definition import Definition
from programs.diagnosis.rules.path import Answers, chosen, figure

# Maturity of an area → (lowest, highest) share of its hours that may be saved, in per cent.
SAVED: Mapping[str, tuple[int, int]] = {
    "1": (20, 30),
    "2": (15, 25),
    "3": (5, 15),
    "4": (0, 5),
    "5": (0, 0),
}
FROM_SOURCE = "1"
MONTHS = 12
AREAS = ("sales", "production", "purchase", "stock", "accounts", "cost")


@dataclass(frozen=True, slots=True)
class Saving:
    """An area: its stage, hours of a month, and what may be saved in a year (hours, 円), from … to."""

    area: str
    stage: str
    hours: int
    low_share: int
    high_share: int
    low_hours: int
    high_hours: int
    low_yen: int
    high_yen: int


@dataclass(frozen=True, slots=True)
class Savings:
    """All areas, and their sum. `hourly` 円 is what the firm says an hour costs."""

    hourly: int
    rows: tuple[Saving, ...]

    @property
    def hours(self) -> tuple[int, int]:
        """Of a year, from … to."""
        return sum(row.low_hours for row in self.rows), sum(row.high_hours for row in self.rows)

    @property
    def yen(self) -> tuple[int, int]:
        """Of a year, from … to."""
        return sum(row.low_yen for row in self.rows), sum(row.high_yen for row in self.rows)


@dataclass(frozen=True, slots=True)
class Productivity:
    """A letter: value added, per person and per hour (None without hours), all in 円, cut off."""

    letter: str
    value_added: int
    per_person: int
    per_hour: int | None


def savings(sheet: Definition, answers: Answers) -> Savings:
    """Of the areas whose hours are known."""
    hourly = _figure(sheet, answers, "hourly") or 0
    rows = []
    for area in AREAS:
        question = sheet.question(f"{area}_stage")
        hours = _figure(sheet, answers, f"{area}_hours")
        stage = next(iter(chosen(question, answers)), "") if question else ""
        if hours is None or stage not in SAVED:
            continue
        low, high = SAVED[stage]
        # A year's hours are cut off where they are saved, so that the sum is that of its lines.
        low_hours, high_hours = (hours * MONTHS * share // 100 for share in (low, high))
        rows.append(
            Saving(
                area,
                stage,
                hours,
                low,
                high,
                low_hours,
                high_hours,
                low_hours * hourly,
                high_hours * hourly,
            )
        )
    return Savings(hourly, tuple(rows))


def productivity(sheet: Definition, answers: Answers) -> tuple[Productivity, ...]:
    """A, B and C; empty where profit or people are missing."""
    profit, people = _figure(sheet, answers, "profit"), _figure(sheet, answers, "people")
    if profit is None or not people:
        return ()
    hours = _figure(sheet, answers, "hours")
    labour = _figure(sheet, answers, "labour") or 0
    salaries = _figure(sheet, answers, "salaries") or 0
    written_off = _figure(sheet, answers, "depreciation") or 0
    added = {
        "A": profit + salaries + labour + written_off,
        "B": profit + salaries + written_off,
        "C": profit,
    }
    return tuple(
        Productivity(letter, value, value // people, value // hours if hours else None)
        for letter, value in added.items()
    )


def _figure(sheet: Definition, answers: Answers, code: str) -> int | None:
    question = sheet.question(code)
    return figure(question, answers) if question else None
