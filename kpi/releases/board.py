"""What the public page shows of a release: cards, the 23 wards, the years with their restatements."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpi.releases import words
from kpi.releases.models import Release
from kpi.releases.rules import WARDS, Kind, Reading
from kpi.releases.rules.canonical import WARD_COUNT
from kpi.releases.selectors.figures import columns_of, public_history
from kpi.releases.subjects import Columns, Subject, subject_of, subjects
from portal.kernel import clock
from portal.ui import charts, pictures
from portal.ui.parts import Crumb
from portal.ui.wards import WARD_TILES
from programs.selectors import ward_names

MEASURES = (1, 2, 3)
TOP_WARDS = 5


@dataclass(frozen=True, slots=True)
class Card:
    """An indicator's newest value of all wards, against the policy's figure."""

    subject: Subject
    period: str
    reading: Reading
    text: str
    target: str
    is_reached: bool | None


@dataclass(frozen=True, slots=True)
class Restated:
    """A value that a 改訂 changed."""

    period: str
    was: str
    now: str
    release: Release


class Board:
    """One release as everybody reads it. A handful of queries, whatever it holds."""

    def __init__(self, row: Release, shown: Subject) -> None:
        self.row, self.shown = row, shown

    @cached_property
    def columns(self) -> Columns:
        return {column.key: column for column in columns_of(self.row, public=True)}

    @cached_property
    def cards(self) -> list[tuple[int, list[Card]]]:
        """By the policy's measure; indicators without a figure say so."""
        found = [self._card(subject) for subject in subjects()]
        return [
            (measure, [card for card in found if card.subject.measure == measure])
            for measure in MEASURES
        ]

    @property
    def headline(self) -> str:
        """How many indicators have reached the policy's figure; of a running year, that it runs."""
        cards = [card for _measure, group in self.cards for card in group]
        told = [card for card in cards if card.is_reached is not None]
        reached = sum(bool(card.is_reached) for card in told)
        values = {"all": len(told), "reached": reached}
        if not told:
            return _("公表できる値はまだありません")
        if not reached:
            return _("%(all)s指標のうち、目標に達したものはまだありません") % values
        if self.row.as_of != clock.fiscal_year_bounds(self.row.fiscal_year)[1]:
            text = ngettext(
                "年度の途中です。%(all)s指標のうち%(reached)s指標が、年度の目標にもう達しています",
                "年度の途中です。%(all)s指標のうち%(reached)s指標が、年度の目標にもう達しています",
                reached,
            )
        else:
            text = ngettext(
                "%(all)s指標のうち%(reached)s指標が目標に達しました",
                "%(all)s指標のうち%(reached)s指標が目標に達しました",
                reached,
            )
        return text % values

    @property
    def period(self) -> dt.date | None:
        """The newest period of the indicator that is shown."""
        periods = self.shown.periods(self.columns)
        return periods[-1] if periods else None

    @property
    def is_ratio(self) -> bool:
        """Whether the values rest on something that is told beside them."""
        return self.shown.kind is not Kind.COUNT

    @property
    def wards(self) -> list[tuple[str, str, str]]:
        """(ward, value, what it rests on), all wards together last."""
        if self.period is None:
            return []
        names = [ward_names()[ward] for ward in WARDS]
        rows = []
        for place, name in enumerate([*names, _("23区の合計")]):
            found = self.shown.reading(self.columns, self.period, place)
            n = "" if found.n is None or found.is_hidden else f"{found.n:,}"
            rows.append((name, words.value_text(self.shown, found), n))
        return rows

    @property
    def hidden(self) -> int:
        """How many wards of the table are not told."""
        if self.period is None:
            return 0
        return sum(
            self.shown.reading(self.columns, self.period, place).is_hidden
            for place in range(WARD_COUNT)
        )

    @property
    def tiles(self) -> charts.TileMap | None:
        """The 23 wards on their map."""
        if self.period is None:
            return None
        values: dict[int, int | None] = {}
        for tile in WARD_TILES:
            found = self.shown.reading(self.columns, self.period, WARDS.index(tile.code))
            values[tile.code] = None if found.value is None else _drawn(found)
        caption = charts.Caption(
            key="tiles",
            title=self._finding(values),
            note=_("区の位置をおおまかに並べた図です。－は非公表、または値がありません。"),
            source=self.source,
            links=self.links("tiles"),
        )
        return charts.tile_map(caption, values, unit=self.shown.unit)

    def _finding(self, values: Mapping[int, int | Decimal | None]) -> str:
        """Where most of it is, of what may be told; of a ratio, where it is highest."""
        assert self.period is not None
        said = {
            "name": self.shown.name,
            "period": words.period_text(self.shown.code, self.period),
        }
        told = {ward: value for ward, value in values.items() if value}
        if not told:
            return _("%(name)s：区ごとに示せる値はありません（%(period)s）") % said
        top = sorted(told, key=lambda ward: (-told[ward], ward))
        whole = self.shown.reading(self.columns, self.period, WARD_COUNT).value
        if self.is_ratio or not whole:
            said["ward"] = ward_names()[top[0]]
            return _("%(name)sが最も高いのは%(ward)sです（%(period)s）") % said
        said["wards"] = _("・").join(ward_names()[ward] for ward in top[:TOP_WARDS])
        said["share"] = str(round(100 * sum(told[ward] for ward in top[:TOP_WARDS]) / whole))
        return _("%(name)sの%(share)s%%が%(wards)sに集まっています（%(period)s）") % said

    @property
    def source(self) -> str:
        """The release, its day, and the hour at which it became public."""
        return pictures.source(words.title(self.row), self.row.as_of, self.row.public_from)

    def links(self, kind: str) -> tuple[Crumb, ...]:
        """The release as a file, and this map or table as a picture."""
        code, query = self.row.code, f"?indicator={self.shown.code}"
        return (
            Crumb(_("CSVを保存"), reverse("releases:csv", args=[code])),
            Crumb(_("Excelを保存"), reverse("releases:xlsx", args=[code])),
            *pictures.links(
                lambda form: reverse("releases:picture", args=[code, kind, form]) + query
            ),
        )

    @property
    def ward_links(self) -> tuple[Crumb, ...]:
        return self.links("wards")

    @property
    def year_links(self) -> tuple[Crumb, ...]:
        return self.links("years")

    @property
    def ward_table(self) -> pictures.Table | None:
        """The 23 wards as a picture."""
        if self.period is None:
            return None
        rows = [
            [name, value, *([n or "—"] if self.is_ratio else [])] for name, value, n in self.wards
        ]
        heads = [_("区"), _("値"), *([_("もとになった数")] if self.is_ratio else [])]
        title = _("%(name)s：区ごとの値（%(period)s）") % {
            "name": self.shown.name,
            "period": words.period_text(self.shown.code, self.period),
        }
        return pictures.Table(title, heads, rows, self.source)

    def year_table(self, releases: Sequence[Release]) -> pictures.Table | None:
        """The years with the release that holds for each, as a picture."""
        if self.period is None:
            return None
        rows = [[*line[:3], words.title(line[3])] for line in self.years(releases)]
        heads = [_("期間"), _("23区の値"), _("政策の目標"), _("どの公表の値か")]
        title = _("%(name)s：これまでの値") % {"name": self.shown.name}
        return pictures.Table(title, heads, rows, self.source)

    def years(self, releases: Sequence[Release]) -> list[tuple[str, str, str, Release]]:
        """(period, value, policy's figure, the release that holds), the newest first."""
        newest: dict[int, Release] = {}
        for row in releases:
            if row.code.startswith("fy") and row.as_of <= self.row.as_of:
                held = newest.get(row.fiscal_year)
                if held is None or row.watermark > held.watermark:
                    newest[row.fiscal_year] = row
        history = self._history([*newest.values()])
        rows = []
        for period in reversed(self.shown.periods(self.columns)):
            held = newest.get(clock.fiscal_year(period), self.row)
            columns = history.get(held.pk, self.columns)
            if (self.shown.codes[0], period) not in columns:
                held, columns = self.row, self.columns
            found = self.shown.reading(columns, period, WARD_COUNT)
            year = clock.fiscal_year(period)
            began = year >= settings.PROGRAMME_START_FY
            target = self.shown.target(year) if began else 0
            rows.append(
                (
                    words.period_text(self.shown.code, period),
                    words.value_text(self.shown, found),
                    f"{target:,}{self.shown.unit(target)}" if target else "—",
                    held,
                )
            )
        return rows

    def restated(self, releases: Sequence[Release]) -> list[Restated]:
        """Every public 改訂 that changed a value of the indicator, the newest first."""
        by_key = {row.pk: row for row in releases}
        revised = [row for row in releases if row.revises_id in by_key]
        history = self._history([*revised, *(by_key[row.revises_id or 0] for row in revised)])
        found = []
        for row in revised:
            was, now = history[row.revises_id or 0], history[row.pk]
            for period in self.shown.periods(now):
                before = self.shown.reading(was, period, WARD_COUNT)
                after = self.shown.reading(now, period, WARD_COUNT)
                if (before.value, before.is_hidden) != (after.value, after.is_hidden):
                    found.append(
                        Restated(
                            words.period_text(self.shown.code, period),
                            words.value_text(self.shown, before),
                            words.value_text(self.shown, after),
                            row,
                        )
                    )
        return found

    def _history(self, releases: Sequence[Release]) -> dict[int, Columns]:
        found = public_history(self.shown.codes, releases)
        return {pk: {column.key: column for column in rows} for pk, rows in found.items()}

    def _card(self, subject: Subject) -> Card:
        periods = subject.periods(self.columns)
        if not periods:
            return Card(subject, "", subject.reading({}, self.row.as_of, WARD_COUNT), "—", "", None)
        found = subject.reading(self.columns, periods[-1], WARD_COUNT)
        target = subject.target(self.row.fiscal_year)
        return Card(
            subject=subject,
            period=words.period_text(subject.code, periods[-1]),
            reading=found,
            text=words.value_text(subject, found),
            target=f"{target:,}{subject.unit(target)}" if target else "",
            is_reached=found.value >= target if target and found.value is not None else None,
        )


def _drawn(found: Reading) -> int | Decimal:
    """Whole numbers for counts, one decimal for the rest."""
    assert found.value is not None
    if found.kind is Kind.COUNT:
        return int(found.value)
    return found.value.quantize(Decimal("0.1"))


def chosen(code: str) -> Subject:
    """The indicator of the address, else the first one of the grants, which everybody asks about."""
    found = subject_of(code) if code else None
    return found or subject_of("2-KSI") or subjects()[0]


def changed_cells(row: Release) -> list[tuple[Subject, str, str, str, str]]:
    """Of a 改訂: (indicator, period, ward, was, is) where both are told."""
    if row.revises is None:
        return []
    was, now = (
        {column.key: column for column in columns_of(each, public=True)}
        for each in (row.revises, row)
    )
    found = []
    for subject in subjects():
        for period in subject.periods(now):
            for place in range(WARD_COUNT + 1):
                before = subject.reading(was, period, place)
                after = subject.reading(now, period, place)
                if before.value == after.value or before.value is None or after.value is None:
                    continue
                name = _("23区の合計") if place == WARD_COUNT else ward_names()[WARDS[place]]
                found.append(
                    (
                        subject,
                        words.period_text(subject.code, period),
                        name,
                        words.value_text(subject, before),
                        words.value_text(subject, after),
                    )
                )
    return found
