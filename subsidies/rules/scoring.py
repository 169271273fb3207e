"""The scoring sheet (採点表) of a scheme version: criteria, weights, minimums. Pure.

A reviewer gives each criterion a whole number from 0 to `maximum`; its weight turns that into
points: 0–5 with weight 5 are 配点 25. A scheme may demand a minimum of the total (60 of 100) and of
single criteria (足切り), both of the average of all reviewers. Source: domain.md A6.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

# More levels than this fit no row of buttons and no reviewer's judgement.
HIGHEST_MAXIMUM = 100


@dataclass(frozen=True, slots=True)
class ScoringCriterion:
    """One criterion (審査項目). `minimum` is the least average score, None for no such rule."""

    code: str
    name: str
    maximum: int = 5
    weight: Fraction = Fraction(1)
    minimum: Fraction | None = None
    hint: str = ""

    @property
    def points(self) -> Fraction:
        """配点: what the best score is worth."""
        return self.maximum * self.weight


@dataclass(frozen=True, slots=True)
class Scoring:
    """The whole sheet. `minimum_total` is the least average total in points, None for none."""

    criteria: tuple[ScoringCriterion, ...]
    minimum_total: Fraction | None = None

    @property
    def points(self) -> Fraction:
        """満点."""
        return sum((criterion.points for criterion in self.criteria), Fraction(0))

    def criterion(self, code: str) -> ScoringCriterion | None:
        return next((item for item in self.criteria if item.code == code), None)

    def total(self, scores: Mapping[str, int | None]) -> Fraction:
        """The points of the scores given; a criterion without a score counts nothing."""
        return sum(
            ((scores.get(item.code) or 0) * item.weight for item in self.criteria), Fraction(0)
        )

    def missing(self, scores: Mapping[str, int | None]) -> list[ScoringCriterion]:
        """Criteria without a score, in the sheet's order."""
        return [item for item in self.criteria if scores.get(item.code) is None]

    def outside(self, scores: Mapping[str, int | None]) -> list[ScoringCriterion]:
        """Criteria whose score is not on their scale."""
        return [
            item
            for item in self.criteria
            if (score := scores.get(item.code)) is not None and not 0 <= score <= item.maximum
        ]


def parse_scoring(data: Any) -> tuple[Scoring | None, list[str]]:
    """From the JSON form {"criteria": [{code, name, max, weight, minimum, hint}], "minimum_total"}.

    Gives the sheet, or None where the scheme has none, and what is wrong, one sentence each.
    """
    if data in (None, {}):
        return None, []
    if not isinstance(data, Mapping) or not isinstance(data.get("criteria"), list):
        return None, [_("採点表：審査項目（criteria）の一覧がありません。")]
    problems: list[str] = []
    criteria = tuple(_criterion(entry, problems) for entry in data["criteria"])
    scoring = Scoring(
        criteria, _fraction(data.get("minimum_total"), _("最低合計点"), problems, default=None)
    )
    problems += _contradictions(scoring)
    return scoring, problems


def _criterion(entry: Any, problems: list[str]) -> ScoringCriterion:
    entry = entry if isinstance(entry, Mapping) else {}
    code, name = str(entry.get("code", "")).strip(), str(entry.get("name", "")).strip()
    label = name or code or _("名前のない項目")
    if not code or not name:
        problems.append(
            _("採点表：「%(item)s」に、略号（code）と名前（name）を付けてください。")
            % {"item": label}
        )
    maximum = entry.get("max", 5)
    if isinstance(maximum, bool) or not isinstance(maximum, int):
        problems.append(
            _("採点表：「%(item)s」の最高点は整数で入力してください。") % {"item": label}
        )
        maximum = 5
    weight = _fraction(entry.get("weight", 1), label, problems, default=Fraction(1))
    return ScoringCriterion(
        code=code,
        name=name,
        maximum=maximum,
        weight=Fraction(1) if weight is None else weight,
        minimum=_fraction(entry.get("minimum"), label, problems, default=None),
        hint=str(entry.get("hint", "")),
    )


def _fraction(
    value: Any, label: str, problems: list[str], *, default: Fraction | None
) -> Fraction | None:
    """5, "5", "3/2" or "0.5"; never a float, which is no exact number."""
    if value is None or value == "":
        return default
    written = "" if isinstance(value, bool | float) else str(value)
    try:
        return Fraction(written)
    except (ValueError, ZeroDivisionError):
        problems.append(
            _("採点表：「%(item)s」の数は、5 や 3/2 のように入力してください。") % {"item": label}
        )
        return default


def _contradictions(scoring: Scoring) -> Iterable[str]:
    if not scoring.criteria:
        yield _("採点表：審査項目を1つ以上入れてください。")
    codes = [item.code for item in scoring.criteria]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield _("採点表：略号「%(code)s」が2つあります。") % {"code": code}
    for item in scoring.criteria:
        if not 1 <= item.maximum <= HIGHEST_MAXIMUM:
            yield _("採点表：「%(item)s」の最高点は1から%(most)dまでにしてください。") % {
                "item": item.name,
                "most": HIGHEST_MAXIMUM,
            }
        if item.weight <= 0:
            yield _("採点表：「%(item)s」の重みは0より大きくしてください。") % {"item": item.name}
        if item.minimum is not None and not 0 <= item.minimum <= item.maximum:
            yield _("採点表：「%(item)s」の最低点が、点数の範囲にありません。") % {
                "item": item.name
            }
    least = scoring.minimum_total
    if least is not None and not 0 <= least <= scoring.points:
        yield _("採点表：最低合計点が、満点（%(points)s点）の範囲にありません。") % {
            "points": scoring.points
        }
