"""A firm's accounting year: components, value added by the formulas of 004, what looks like a slip. Pure.

004 (図25) names three: A counts 労務費, which stands in 売上原価, as value added; B does not; C takes 営業利益
for it. They are never mixed, and the letter stands beside every figure. KGI use A (kpi_matching.md 1b).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from subsidies.obligations.rules import effects
from subsidies.rules.figures import slip


@dataclass(frozen=True, slots=True)
class Component:
    """One figure of a year. `kind` says what may be typed."""

    code: str
    label: str | Promise
    kind: Literal["yen", "signed_yen", "number"]
    hint: str | Promise

    @property
    def is_yen(self) -> bool:
        return self.kind != "number"


COMPONENTS = (
    Component("sales", _("売上高"), "yen", _("1年間に売り上げた額です。")),
    Component(
        "cost",
        _("売上原価"),
        "yen",
        _("売れたものを作るのにかかった額です（材料費、労務費、外注費など）。"),
    ),
    Component(
        "wages",
        _("労務費"),
        "yen",
        _("売上原価のうち、ものを作る人の給与、賞与、福利費です。"),
    ),
    Component(
        "salaries",
        _("人件費"),
        "yen",
        _("販売費及び一般管理費のうち、事務や営業の人と役員の給与、賞与、福利費です。"),
    ),
    Component(
        "profit",
        _("営業利益"),
        "signed_yen",
        _(
            "売上高から、売上原価と販売費及び一般管理費を引いた額です。赤字のときは、頭に「△」か「-」を付けます。"
        ),
    ),
    Component(
        "depreciation",
        _("減価償却費"),
        "yen",
        _("設備などの値打ちが減った分として、経費にした額です。"),
    ),
    Component("rent", _("賃借料"), "yen", _("土地、建物、機械などを借りた額です。")),
    Component("taxes", _("租税公課"), "yen", _("固定資産税など、経費にした税金の額です。")),
    Component("people", _("従業員数"), "number", _("決算日に働いていた人数です。")),
    Component("hours", _("総労働時間"), "number", _("全員の1年間の労働時間の合計です。")),
)
BY_CODE = {item.code: item for item in COMPONENTS}
MONEY = tuple(item.code for item in COMPONENTS if item.is_yen)
LETTERS = ("A", "B", "C")

Figures = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FirmYear:
    """What an evaluation reads: 付加価値額 in 円 by each formula, None where components are missing.

    `year` is the calendar year in which the accounting year ends, `industry` the firm's JSIC 中分類.
    """

    firm_id: int
    ward_id: int
    industry: str
    year: int
    employees: int | None
    va_a: int | None
    va_b: int | None
    va_c: int | None


def value_added(figures: Figures) -> dict[str, int]:
    """付加価値額 (円) by letter; a loss may make it negative. Only the formulas whose parts are known.

    A needs 労務費 and 人件費, or their sum where a report told no more.
    """
    found = dict(figures)
    if "wages" in found and "salaries" in found:
        found["labour"] = found["wages"] + found["salaries"]
    return effects.value_added(found)


def per_head(value_added_yen: int | None, people: int | None) -> Fraction | None:
    """労働生産性 in 円 for each person; None without people or value added."""
    if value_added_yen is None or not people:
        return None
    return Fraction(value_added_yen, people)


def merged(before: Figures, now: Mapping[str, int | None]) -> dict[str, int]:
    """A new version's figures: what `now` leaves open stays as it was, so that no source wipes another's.

    The sum of labour gives way to its parts once both are known.
    """
    found = {**before, **{code: value for code, value in now.items() if value is not None}}
    if "wages" in found and "salaries" in found:
        found.pop("labour", None)
    return found


def doubts(before: Figures, after: Figures) -> list[effects.Doubt]:
    """Figures that look like a slip of the unit against the year before, or by themselves."""
    return [*effects.doubts(before, after), *_further(before, after)]


def _further(before: Figures, after: Figures) -> Iterator[effects.Doubt]:
    for code in ("rent", "taxes"):
        if why := slip(before.get(code, 0), after.get(code, 0)):
            yield effects.Doubt(code, why)


def misfits(figures: Figures) -> list[tuple[str, effects.Misfit, int]]:
    """Figures of one year that cannot be true together: (code, why, the 円 that would be right)."""
    return effects.misfits(figures)
