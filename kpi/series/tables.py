"""Tables of the staff's pages, in words and figures as they are shown and exported."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpi.indicators.ratios import OTHERS, USERS
from kpi.models import Quotient
from kpi.rules import tenths_text
from kpi.series import selectors
from kpi.series.models import Edition, Panel, Statistic
from kpi.series.rules import LETTERS, datasets
from portal.ui.markup import era_date
from portal.ui.numbers import posted_number
from programs.industry import JSIC
from programs.selectors import ward_names
from programs.small_cells import FEWEST, is_small

MILLION = 1_000_000
THOUSAND = 1_000
HIDDEN, NOT_TOLD = "χ", "—"
RECENT_EDITIONS = 12
# Firms of 2-KGI that are in no mean.
APART = ("pending", "without_base", "refused")


def million(yen: int | None) -> str:
    """百万円, rounded half away from zero."""
    if yen is None:
        return NOT_TOLD
    value = int(Fraction(abs(yen), MILLION) + Fraction(1, 2))
    return f"{'−' if yen < 0 and value else ''}{value:,}"


def a_head(yen: int | None, people: int | None) -> str:
    """千円 for each person."""
    if yen is None or not people:
        return NOT_TOLD
    value = _thousand(yen, people)
    return f"{'−' if value < 0 else ''}{abs(value):,}"


def _thousand(yen: int, people: int) -> int:
    """千円 a head, rounded half away from zero."""
    value = int(Fraction(abs(yen), people * THOUSAND) + Fraction(1, 2))
    return -value if yen < 0 else value


def editions() -> list[Edition]:
    """The newest editions of each statistic and year."""
    return list(Edition.objects.order_by("-year", "-pk")[:RECENT_EDITIONS])


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    dataset: str
    year: int | None
    industry: str
    size: str

    @property
    def query(self) -> str:
        found = {"dataset": self.dataset, "industry": self.industry, "size": self.size}
        if self.year:
            found["year"] = str(self.year)
        return urlencode(found)


def asked(params: Mapping[str, str]) -> Asked:
    """The address's choice; what cannot be is the first that can."""
    dataset = params.get("dataset", "")
    industry, size = params.get("industry", ""), params.get("size", "")
    return Asked(
        dataset=dataset if dataset in datasets.BY_CODE else datasets.STRUCTURE,
        year=posted_number(params.get("year", "")),
        industry=industry if industry in dict(JSIC) else datasets.WHOLE,
        size=size if size in dict(datasets.SIZES) else datasets.ALL,
    )


@dataclass(frozen=True, slots=True)
class WardLine:
    """A ward's line: texts by column, 付加価値額 a head, its growth, and in words why something is missing."""

    ward_id: int
    name: str
    cells: Mapping[str, str]
    head: str
    growth: str
    note: str
    row: Statistic | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A statistic of one year. `told` wards of 23 have a figure of value added."""

    dataset: datasets.Dataset
    years: list[int]
    year: int | None
    edition: Edition | None
    lines: list[WardLine]
    told: int
    age: str
    is_break: bool


def statistics(given: Asked, *, today: dt.date) -> Table:
    """The table of the address: three queries, whatever there is."""
    kept = Edition.objects.filter(dataset=given.dataset).order_by("-year", "-pk")
    found: dict[int, Edition] = {}
    for edition in kept:
        found.setdefault(edition.year, edition)
    year = given.year if given.year in found else next(iter(found), None)
    rows = Statistic.objects.filter(
        dataset=given.dataset,
        industry=given.industry,
        size=given.size,
        replaced_at=None,
        year__in=[year, year - 1] if year else [],
    )
    by_place = {(row.year, row.ward_id): row for row in rows}
    lines = [
        _ward_line(
            code, name, by_place.get((year or 0, code)), by_place.get(((year or 1) - 1, code))
        )
        for code, name in ward_names().items()
    ]
    edition = found.get(year or 0)
    return Table(
        dataset=datasets.BY_CODE[given.dataset],
        years=list(found),
        year=year,
        edition=edition,
        lines=lines,
        told=sum(line.head != NOT_TOLD for line in lines),
        age=_age(edition, today) if edition else "",
        is_break=bool(edition and edition.is_break),
    )


def _age(edition: Edition, today: dt.date) -> str:
    """How old the figures are, in words."""
    years = today.year - edition.year
    text = ngettext("%(years)d年前の数字です。", "%(years)d年前の数字です。", years) % {
        "years": years
    }
    if edition.published_on:
        text += _("公表日は%(day)sです。") % {"day": era_date(edition.published_on)}
    return text


def _ward_line(code: int, name: str, row: Statistic | None, last: Statistic | None) -> WardLine:
    if row is None:
        return WardLine(code, name, {}, NOT_TOLD, NOT_TOLD, _("この年の数字は公表されていません。"))
    told = selectors.told_of(row)
    cells = {
        column: HIDDEN
        if column in row.hidden
        else NOT_TOLD
        if column not in told
        else million(told[column])
        if column in datasets.MONEY
        else f"{told[column]:,}"
        for column in datasets.COLUMNS
    }
    added = datasets.added_of(told)
    head = a_head(added, told.get("employees"))
    return WardLine(code, name, cells, head, _growth(told, last), _note(row, told, added), row)


def _growth(told: Mapping[str, int], last: Statistic | None) -> str:
    """Of the productivity against the year before, in %, where both are known and comparable."""
    before = selectors.told_of(last) if last else {}
    now_added, old_added = datasets.added_of(told), datasets.added_of(before)
    people, old_people = told.get("employees"), before.get("employees")
    if now_added is None or old_added is None or not people or not old_people or old_added <= 0:
        return NOT_TOLD
    now, old = Fraction(now_added, people), Fraction(old_added, old_people)
    return f"{tenths_text(100 * (now / old - 1), signed=True)}%"


def _note(row: Statistic, told: Mapping[str, int], added: int | None) -> str:
    if row.hidden:
        return _("事業所が少ないため、公表する側が伏せています（χ）。")
    if added is None:
        return _("付加価値額は公表されていません。")
    if "value_added" not in told:
        return _("粗付加価値額です（29人以下の事業所）。")
    return ""


@dataclass(frozen=True, slots=True)
class PanelLine:
    """A year, or a ward, of our own firms. Texts by letter; `thousand` the same as numbers for the picture."""

    label: str
    key: int
    firms: int
    heads: Mapping[str, str]
    counts: Mapping[str, int]
    thousand: Mapping[str, int | None]
    both: int
    growth: str
    left: int
    joined: int
    is_hidden: bool = False


def panel_years(ward: int | None) -> list[PanelLine]:
    """Each year of one ward, or of all together, the oldest first."""
    rows = Panel.objects.order_by("year")
    if ward is not None:
        rows = rows.filter(ward_id=ward)
    sums: dict[int, list[Panel]] = {}
    for row in rows:
        sums.setdefault(row.year, []).append(row)
    return [
        _panel_line(_("%(year)d年") % {"year": year}, year, panels) for year, panels in sums.items()
    ]


def panel_wards() -> list[PanelLine]:
    """The newest year that most wards have, ward by ward; one or two firms tell on themselves and stay untold.

    Where one ward alone stays untold, the next smallest does, too: the total would tell on it.
    """
    newest = Panel.objects.order_by("-year").values_list("year", flat=True).first()
    names = ward_names()
    full = _fullest_year(newest)
    rows = list(Panel.objects.filter(year=full).order_by("ward_id")) if full else []
    small = {row.ward_id for row in rows if is_small(row.firms)}
    if len(small) == 1:
        others = sorted((row.firms, row.ward_id) for row in rows if row.ward_id not in small)
        small |= {others[0][1]} if others else set()
    return [
        _panel_line(names[row.ward_id], row.ward_id, [row], hide=row.ward_id in small)
        for row in rows
    ]


def _fullest_year(newest: int | None) -> int | None:
    """The newest year, unless few firms have told it yet: then the one before."""
    if newest is None:
        return None
    firms = {
        year: sum(Panel.objects.filter(year=year).values_list("firms", flat=True))
        for year in (newest, newest - 1)
    }
    return newest if firms[newest] * 2 >= firms[newest - 1] else newest - 1


def _panel_line(label: str, key: int, rows: list[Panel], *, hide: bool = False) -> PanelLine:
    firms = sum(row.firms for row in rows)
    sums = {letter: _sums(rows, letter) for letter in LETTERS}
    both = _sums(rows, "both")
    hide = hide or is_small(firms)
    growth = None
    if both["people"] and both["people_before"] and both["before"] > 0:
        now = Fraction(both["added"], both["people"])
        growth = 100 * (now / Fraction(both["before"], both["people_before"]) - 1)
    few = is_small(both["firms"]) or hide
    return PanelLine(
        label=label,
        key=key,
        firms=firms,
        heads={
            letter: NOT_TOLD
            if hide or is_small(found["firms"])
            else a_head(found["added"], found["people"])
            for letter, found in sums.items()
        },
        counts={letter: found["firms"] for letter, found in sums.items()},
        thousand={
            letter: None
            if hide or is_small(found["firms"]) or not found["people"]
            else max(0, _thousand(found["added"], found["people"]))
            for letter, found in sums.items()
        },
        both=both["firms"],
        growth=NOT_TOLD if few or growth is None else f"{tenths_text(growth, signed=True)}%",
        left=sum(row.figures["left"] for row in rows),
        joined=sum(row.figures["joined"] for row in rows),
        is_hidden=hide,
    )


def _sums(rows: list[Panel], part: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        for name, value in row.figures[part].items():
            found[name] = found.get(name, 0) + value
    return found


@dataclass(frozen=True, slots=True)
class GrowthLine:
    """2-KGI of a completion fiscal year: mean growth of both sides, firms, and how many still wait."""

    fiscal_year: int
    users: str
    users_n: int
    others: str
    others_n: int
    points: str
    pending: int
    without_base: int
    refused: int


def users_and_others() -> list[GrowthLine]:
    """By fiscal year, the newest first; sums of the wards, so that the means are of firms (R7)."""
    sums: dict[int, dict[str, Any]] = {}
    for row in Quotient.objects.filter(indicator__in=[USERS, OTHERS]).order_by("-period"):
        year = sums.setdefault(
            row.period.year, {USERS: [0, 0], OTHERS: [0, 0], **dict.fromkeys(APART, 0)}
        )
        year[row.indicator][0] += Fraction(row.numerator)
        year[row.indicator][1] += int(row.denominator)
        for name in APART:
            year[name] += row.detail.get(name, 0)
    return [_growth_line(year, found) for year, found in sums.items()]


def _growth_line(year: int, found: Mapping[str, Any]) -> GrowthLine:
    means = {
        side: None if found[side][1] < FEWEST else Fraction(found[side][0]) / found[side][1]
        for side in (USERS, OTHERS)
    }
    ours, theirs = means[USERS], means[OTHERS]
    points = None if ours is None or theirs is None else ours - theirs
    return GrowthLine(
        fiscal_year=year,
        users=tenths_text(ours, signed=True),
        users_n=found[USERS][1],
        others=tenths_text(theirs, signed=True),
        others_n=found[OTHERS][1],
        points=tenths_text(points, signed=True),
        **{name: found[name] for name in APART},
    )
