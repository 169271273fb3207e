"""Which statistics there are, what they cover, and what is odd about a row of them. Pure.

Source: domain.md D1–D2, kpi_matching.md 1b (1-KGI).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from subsidies.rules.figures import slip

STRUCTURE, CENSUS, WARD, OTHER = "structure", "census", "ward", "other"
# 従業者規模 of the published tables.
ALL = "all"
WHOLE = "00"  # 製造業計
SIZES = (
    (ALL, _("計")),
    ("1-3", _("1〜3人")),
    ("4-9", _("4〜9人")),
    ("10-19", _("10〜19人")),
    ("20-29", _("20〜29人")),
    ("30-49", _("30〜49人")),
    ("50-99", _("50〜99人")),
    ("100-299", _("100〜299人")),
    ("300-", _("300人以上")),
)
# Up to 29 people only 粗付加価値額 is known.
GROSS = frozenset({"1-3", "4-9", "10-19", "20-29"})
UNITS = {"yen": 1, "thousand": 1_000, "ten_thousand": 10_000, "million": 1_000_000}
UNIT_CHOICES = (
    ("yen", _("円")),
    ("thousand", _("千円")),
    ("ten_thousand", _("万円")),
    ("million", _("百万円")),
)
MONEY = ("shipments", "value_added", "gross_value_added")
COUNTS = ("establishments", "employees")
COLUMNS = (*COUNTS, *MONEY)
# [K] 円 a head and year beyond which a unit was mistaken.
LEAST_A_HEAD, MOST_A_HEAD = 300_000, 300_000_000


@dataclass(frozen=True, slots=True)
class Dataset:
    """A statistic. `official` ones make up 1-KGI."""

    code: str
    name: str | Promise
    coverage: str | Promise
    official: bool = False
    is_break: bool = False


DATASETS = (
    Dataset(
        STRUCTURE,
        _("経済構造実態調査（製造業事業所調査）"),
        _(
            "個人経営の事業所を含みません。産業ごとの売上の上位9割に入る事業所が対象で、小さい町工場の多くは含まれません。"
        ),
        official=True,
    ),
    Dataset(
        CENSUS,
        _("経済センサス‐活動調査（製造業）"),
        _("対象と調べ方が経済構造実態調査と違うため、前後の年とはつながりません（断層）。"),
        official=True,
        is_break=True,
    ),
    Dataset(
        WARD,
        _("区の実態調査"),
        _("区が自分で調べたものです。ほかの区や国の統計とは、対象と調べ方が違います。"),
    ),
    Dataset(
        OTHER,
        _("その他の統計"),
        _("出典に書かれた対象と調べ方によります。"),
    ),
)
BY_CODE = {item.code: item for item in DATASETS}
CHOICES = tuple((item.code, item.name) for item in DATASETS)

Values = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Oddity:
    """A figure that waits for a word: `column` of COLUMNS, the figure it was compared with or None."""

    column: str
    why: str
    value: int
    before: int | None = None

    def plain(self) -> dict[str, object]:
        return {"column": self.column, "why": self.why, "value": self.value, "before": self.before}


def oddities(before: Values, now: Values) -> list[Oddity]:
    """What has to be confirmed, in 円: ×8 or ÷8 against the year before, about 1,000 times, a head or by itself."""
    found: dict[str, Oddity] = {}
    for oddity in (*_against_before(before, now), *_by_themselves(now)):
        found.setdefault(oddity.column, oddity)
    return list(found.values())


def _against_before(before: Values, now: Values) -> Iterator[Oddity]:
    for column in COLUMNS:
        why = slip(before.get(column, 0), now.get(column, 0), is_yen=column in MONEY)
        if why:
            yield Oddity(column, why, now[column], before[column])


def _by_themselves(now: Values) -> Iterator[Oddity]:
    people = now.get("employees", 0)
    for column in ("value_added", "gross_value_added"):
        value = now.get(column)
        if value is None:
            continue
        if value < 0:
            yield Oddity(column, "negative", value)
        elif value > now.get("shipments", value):
            yield Oddity(column, "over_shipments", value, now["shipments"])
        elif people and value and not LEAST_A_HEAD <= Fraction(value, people) <= MOST_A_HEAD:
            small = value < LEAST_A_HEAD * people
            yield Oddity(column, "too_small" if small else "too_large", value)


def added_of(values: Values) -> int | None:
    """付加価値額 of a row, or the 粗付加価値額 where only that is known; None where neither is told."""
    return values.get("value_added", values.get("gross_value_added"))


@dataclass(frozen=True, slots=True)
class Whole:
    """Manufacturing of a ward and year: 円, people, establishments; `is_gross`: 粗付加価値額 is in it."""

    added: int
    employees: int
    establishments: int
    is_gross: bool


def whole(rows: Mapping[str, Values]) -> Whole | None:
    """A ward's manufacturing from its total row, else from its size classes where none is kept secret.

    `rows` maps the size class to what is told of 製造業計. None: the series cannot say.
    """
    total = rows.get(ALL)
    parts = [rows[size] for size, _name in SIZES if size in rows] if total is None else [total]
    added = [added_of(part) for part in parts]
    if not parts or any(value is None for value in added):
        return None
    if any("employees" not in part for part in parts):
        return None
    people = sum(part["employees"] for part in parts)
    if not people:
        return None
    return Whole(
        added=sum(value for value in added if value is not None),
        employees=people,
        establishments=sum(part.get("establishments", 0) for part in parts),
        is_gross=any("value_added" not in part for part in parts),
    )
