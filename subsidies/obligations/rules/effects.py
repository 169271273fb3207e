"""効果報告: components before and after, and what looks like a slip of the unit. Pure.

Productivity has many definitions (domain.md D2), so its components are kept, never one ratio. Slips
of the unit are large enough to move a mean (D3), so they are asked about; nothing is refused for it.
Sums that cannot be true are refused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from subsidies.rules.figures import slip


@dataclass(frozen=True, slots=True)
class Component:
    """One figure of a business year (決算期); `hint` says in a sentence what it is."""

    code: str
    label: str
    kind: Literal["yen", "signed_yen", "number"]
    hint: str

    @property
    def is_yen(self) -> bool:
        return self.kind != "number"


COMPONENTS = (
    Component("sales", "売上高", "yen", "1年間に売り上げた額です。"),
    Component(
        "cost",
        "売上原価",
        "yen",
        "売れたものを作るのにかかった額です（材料費、労務費、外注費など）。",
    ),
    Component(
        "profit",
        "営業利益",
        "signed_yen",
        "売上高から、売上原価と販売費及び一般管理費を引いた額です。"
        "赤字のときは、頭に「△」か「-」を付けます。",
    ),
    Component(
        "labour",
        "労務費・人件費の合計",
        "yen",
        "働く人に支払った給与、賞与、福利費などの合計です。次の2つに分けます。",
    ),
    Component(
        "wages", "労務費", "yen", "合計のうち、ものを作る人の分で、売上原価に入っている額です。"
    ),
    Component(
        "salaries",
        "人件費",
        "yen",
        "合計のうち、事務や営業の人と役員の分で、販売費及び一般管理費に入っている額です。",
    ),
    Component(
        "depreciation", "減価償却費", "yen", "設備などの値打ちが減った分として、経費にした額です。"
    ),
    Component("people", "従業員数", "number", "決算日に働いていた人数です。"),
    Component("hours", "総労働時間", "number", "全員の1年間の労働時間の合計です。"),
)
BY_CODE = {item.code: item for item in COMPONENTS}
# 004 (図25): value added by three formulas, never mixed; the letter stands beside each figure.
FORMULAS = {
    "A": ("profit", "labour", "depreciation"),
    "B": ("profit", "salaries", "depreciation"),
    "C": ("profit",),
}
# [K] Sales of less than this for each person (円) are thousands typed as yen.
LEAST_SALES_PER_PERSON = 100_000
# Hours one person can work in a year.
MOST_HOURS = 24 * 366

Why = Literal["jump", "thousand", "too_small", "too_many_hours", "over_cost", "over_expenses"]
Misfit = Literal["parts", "over_gross", "over_overhead"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A figure (`code` of COMPONENTS) that looks like a slip."""

    code: str
    why: Why


def doubts(before: Mapping[str, int], after: Mapping[str, int]) -> list[Doubt]:
    """What has to be confirmed. Figures that are missing or 0 are compared with nothing."""
    return [*_against_before(before, after), *_by_themselves(after)]


def _against_before(before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[Doubt]:
    for item in COMPONENTS:
        old, new = before.get(item.code, 0), after.get(item.code, 0)
        # Two losses are compared as two profits are; from one to the other is no slip of the unit.
        factor = -1 if old < 0 and new < 0 else 1
        if why := slip(factor * old, factor * new, is_yen=item.is_yen):
            yield Doubt(item.code, why)


def _by_themselves(after: Mapping[str, int]) -> Iterator[Doubt]:
    people, sales, hours = (after.get(code, 0) for code in ("people", "sales", "hours"))
    if people and sales and sales < LEAST_SALES_PER_PERSON * people:
        yield Doubt("sales", "too_small")
    if people and hours > MOST_HOURS * people:
        yield Doubt("hours", "too_many_hours")
    if _all(after, "wages", "cost") and after["wages"] > after["cost"]:
        yield Doubt("wages", "over_cost")
    expenses = ("sales", "profit", "wages", "salaries", "depreciation")
    if after.get("depreciation") and _all(after, *expenses) and not misfits(after):
        parts = after["wages"] + after["salaries"] + after["depreciation"]
        if parts > after["sales"] - after["profit"]:
            yield Doubt("depreciation", "over_expenses")


def misfits(figures: Mapping[str, int]) -> list[tuple[str, Misfit, int]]:
    """Figures of one year that cannot be true together: (code, why, the yen that would be right).

    These are sums, not slips: nobody can confirm them. A year's stock may well make 労務費 larger than
    売上原価, which is why that is only asked about. Figures that are missing are compared with nothing.
    """
    return list(_misfits(figures))


def _misfits(figures: Mapping[str, int]) -> Iterator[tuple[str, Misfit, int]]:
    if _all(figures, "labour", "wages", "salaries"):
        parts = figures["wages"] + figures["salaries"]
        if parts != figures["labour"]:
            yield "labour", "parts", parts
    if _all(figures, "sales", "cost", "profit"):
        gross = figures["sales"] - figures["cost"]
        overhead = gross - figures["profit"]
        if overhead < 0:
            yield "profit", "over_gross", gross
        elif figures.get("salaries", 0) > overhead:
            yield "salaries", "over_overhead", overhead


def value_added(figures: Mapping[str, int]) -> dict[str, int]:
    """付加価値額 by the letter of its formula (円); a loss may make it negative. Only what is known.

    A counts 労務費, which stands in 売上原価, as value added; B does not; C takes 営業利益 for it.
    """
    return {
        letter: sum(figures[code] for code in codes)
        for letter, codes in FORMULAS.items()
        if _all(figures, *codes)
    }


def _all(figures: Mapping[str, int], *codes: str) -> bool:
    return all(code in figures for code in codes)
