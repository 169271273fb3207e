"""Which facts a number of the dashboard is made of: exactly as many as the number says.

The rules of what counts once look beyond a ward (the first of a person's two completions may lie in another
one), so the choice is made over all rows, by the caller under the system's row visibility; what a reader gets
to see of the facts chosen is the row policies' matter.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.expressions import BaseExpression
from django.db.models.functions import ExtractYear, RowNumber, TruncMonth

from kpi.indicators import Indicator, Kind, Level, Once
from kpi.indicators.lab import MATCHES, MEMBERS
from kpi.models import Cell, Fact, OutcomeCell
from kpi.rules import Completed, Followed, Invested, Match, follow, new_matches
from kpi.rules.compute import COMPLETED, EFFECT, FELT, GRADUATED, INVESTMENTS, REPLIED
from kpi.rules.firms import Firms
from kpi.services.counting import counting
from kpi.services.levels import ACTED, CLAIMED
from kpi.services.standing import firms
from portal.kernel import clock

_BEFORE_APRIL = Case(
    When(occurred_on__month__lt=4, then=Value(1)), default=Value(0), output_field=IntegerField()
)
# What can be counted of a cohort of 1-OC, and of a year of 2-OC.
COHORT_PARTS = ("completed", "matured", "invested", "replied", "invested_replied")
FELT_PARTS = ("completions", "answered", "felt")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A number: the indicator (or its part or level) of a fiscal year as of a day, in a ward or in all."""

    indicator: Indicator
    fiscal_year: int
    as_of: dt.date
    ward_id: int | None = None
    part: str = ""

    @property
    def first(self) -> dt.date | None:
        """From when on it counts; None for a stock, which stands on everything before."""
        if self.indicator.kind == Kind.STOCK:
            return None
        year = self.fiscal_year
        if self.indicator.kind == Kind.CUMULATIVE:
            year = settings.PROGRAMME_START_FY
        return clock.fiscal_year_bounds(year)[0]

    @property
    def end(self) -> dt.date:
        """The last day of the month that runs: its cell is whole."""
        last = clock.fiscal_year_bounds(self.fiscal_year)[1]
        return min(clock.month_end(self.as_of), last)

    @property
    def level(self) -> Level | None:
        level = self.indicator.level
        return level if level and level.code == self.part else None


def chosen(wanted: Wanted) -> QuerySet[Fact]:
    """The facts of a number, the newest first; as many as it says. Within the system's row visibility."""
    if wanted.level is not None:
        rows = _of_level(wanted, wanted.level)
    elif wanted.indicator.once == Once.MEMBER:
        rows = Fact.objects.filter(pk__in=_members(wanted))
    elif wanted.indicator.once == Once.MATCH:
        rows = Fact.objects.filter(pk__in=_matches(wanted))
    else:
        rows = _first_ones(wanted)
    if wanted.part and wanted.level is None:
        rows = rows.filter(part=wanted.part)
    return rows.order_by("-occurred_on", "-pk")


def by_ward_and_month(rows: QuerySet[Fact]) -> list[tuple[int, dt.date, int]]:
    """(ward, month, how many): all that policy staff see of records."""
    found = rows.order_by().annotate(month=TruncMonth("occurred_on")).values("ward_id", "month")
    counted = found.annotate(n=Count("pk")).order_by("ward_id", "month")
    return [(row["ward_id"], row["month"], row["n"]) for row in counted]


def touched_wards(wanted: Wanted) -> dict[int, int]:
    """Ward → how many keys it had a fact of in the period, the first of the key or not: 重複あり (R3)."""
    rows = _of(wanted.indicator).filter(_within(wanted)).order_by()
    found = rows.values("ward_id").annotate(n=Count("event_key", distinct=True))
    return dict(found.values_list("ward_id", "n"))


def cohort_firms(*, fiscal_year: int, ward_id: int | None, part: str) -> list[Followed]:
    """1-OC: the firms behind a count of the cohort, the newest first. Within the system's row visibility.

    Judged as of the day of their cell, so that they are as many as the page says.
    """
    first, last = clock.fiscal_year_bounds(fiscal_year)
    cells = OutcomeCell.objects.filter(month__range=(first, last))
    days = {(cell.ward_id, cell.month): cell.as_of for cell in cells}
    found = []
    for firm in _followed():
        day = days.get((firm.ward_id, firm.completed_on.replace(day=1)))
        if day is not None and ward_id in {None, firm.ward_id} and _is_in(firm, part, day):
            found.append(firm)
    return sorted(found, key=lambda firm: (firm.completed_on, firm.firm_id), reverse=True)


def felt_facts(*, fiscal_year: int, ward_id: int | None, part: str) -> QuerySet[Fact]:
    """2-OC: the first completion of each firm in the year, of those that answered or felt an effect."""
    first, last = clock.fiscal_year_bounds(fiscal_year)
    known = firms()
    done = counting([COMPLETED]).filter(occurred_on__range=(first, last))
    told = list(
        done.order_by("occurred_on", "pk").values_list("pk", "firm_id", "event_key", "ward_id")
    )
    answers = counting([EFFECT]).filter(event_key__in=[key for _pk, _firm, key, _ward in told])
    said: dict[str, set[str]] = {}
    for key, answer in answers.values_list("event_key", "part"):
        said.setdefault(key, set()).add(answer)
    chosen: dict[str, tuple[int, int]] = {}
    heard: dict[str, set[str]] = {}
    for pk, firm_id, key, ward in told:
        firm = known.of(str(firm_id))
        chosen.setdefault(firm, (pk, ward))
        heard.setdefault(firm, set()).update(said.get(key, ()))
    wanted = [
        pk
        for firm, (pk, ward) in chosen.items()
        if ward_id in {None, ward}
        and (part == "completions" or (FELT in heard[firm] if part == "felt" else heard[firm]))
    ]
    return Fact.objects.filter(pk__in=wanted).order_by("-occurred_on", "-pk")


def _followed() -> list[Followed]:
    """Every firm from its first completion on, those that merged as the one that goes on; four queries."""
    known = firms()

    def of(firm_id: int | None) -> int:
        return int(known.of(str(firm_id)))

    begun = counting([GRADUATED]).filter(firm_id__isnull=False)
    invested = counting(INVESTMENTS).filter(firm_id__isnull=False)
    replied = counting([REPLIED]).filter(firm_id__isnull=False)
    return follow(
        (
            Completed(of(firm), ward, day)
            for firm, ward, day in begun.order_by("occurred_on", "pk").values_list(
                "firm_id", "ward_id", "occurred_on"
            )
        ),
        (
            Invested(of(firm), day, stage)
            for firm, day, stage in invested.values_list("firm_id", "occurred_on", "stage")
        ),
        (of(firm) for firm in replied.values_list("firm_id", flat=True)),
    )


def _is_in(firm: Followed, part: str, day: dt.date) -> bool:
    if firm.completed_on > day:
        return False
    if part == "completed":
        return True
    if firm.matures_on > day:
        return False
    invested, replied = firm.invested_on is not None, firm.has_replied
    return {
        "matured": True,
        "invested": invested,
        "replied": replied,
        "invested_replied": invested and replied,
    }[part]


def _of(indicator: Indicator) -> QuerySet[Fact]:
    rows = counting(indicator.event_types)
    return rows if indicator.stage is None else rows.filter(stage=indicator.stage)


def _within(wanted: Wanted) -> Q:
    within = Q(occurred_on__lte=wanted.end)
    if wanted.first is not None:
        within &= Q(occurred_on__gte=wanted.first)
    if wanted.ward_id is not None:
        within &= Q(ward_id=wanted.ward_id)
    return within


def _first_ones(wanted: Wanted) -> QuerySet[Fact]:
    """Of each key (and year) the first in time, of one day the one recorded first."""
    facts = _of(wanted.indicator)
    if wanted.indicator.kind == Kind.CUMULATIVE:
        facts = facts.filter(occurred_on__gte=wanted.first)
    shown = facts.filter(_within(wanted))
    known = firms() if wanted.indicator.firms_in_key else Firms()
    keys: list[BaseExpression | F] = [_key(known)]
    if wanted.indicator.once == Once.YEAR:
        keys.append(ExtractYear("occurred_on") - _BEFORE_APRIL)
    place = Window(RowNumber(), partition_by=keys, order_by=["occurred_on", "pk"])
    # Which facts decide about those of firms that merged is not to be seen from their keys.
    if not known:
        facts = facts.filter(event_key__in=shown.order_by().values("event_key"))
    return shown.filter(pk__in=facts.annotate(place=place).filter(place=1).values("pk"))


def _key(known: Firms) -> BaseExpression | F:
    """The key of a fact, of a firm that merged the one that goes on."""
    if not known:
        return F("event_key")
    merged = (When(event_key=gone, then=Value(into)) for gone, into in known.pairs())
    return Case(*merged, default=F("event_key"))


def _members(wanted: Wanted) -> list[int]:
    """Who is a member on the last day: the fact that each joined by (`rules.membership`)."""
    known = firms()
    joined: dict[str, tuple[int, int]] = {}
    rows = _of(wanted.indicator).filter(occurred_on__lte=wanted.end).order_by("occurred_on", "pk")
    for pk, told, ward, kind in rows.values_list("pk", "event_key", "ward_id", "event_type"):
        key = known.key(wanted.indicator.firms_in_key, told)
        if kind == wanted.indicator.event_type:
            joined.setdefault(key, (pk, ward))
        else:
            joined.pop(key, None)
    return [pk for pk, ward in joined.values() if wanted.ward_id in {None, ward}]


def _matches(wanted: Wanted) -> list[int]:
    """The first fact of each match that is new in 12 months."""
    known, places = firms(), wanted.indicator.firms_in_key
    first: dict[tuple[str, str], int] = {}
    told = []
    for row in _of(wanted.indicator).order_by("occurred_on", "pk"):
        match = (row.source_table, row.source_pk)
        first.setdefault(match, row.pk)
        key = known.key(places, row.event_key)
        told.append(Match(match, key, row.ward_id, row.occurred_on, row.part))
    begin = wanted.first or dt.date.min
    return [
        first[row.match]
        for row in new_matches(told)
        if begin <= row.on <= wanted.end and wanted.ward_id in {None, row.ward_id}
    ]


def _of_level(wanted: Wanted, level: Level) -> QuerySet[Fact]:
    """実働 or 仮 as the cells of the month have it: at its end, or on the day it was counted."""
    code = wanted.indicator.cell(level)
    cells = Cell.objects.filter(indicator=code, month=wanted.end.replace(day=1))
    counted_at = cells.aggregate(at=Max("computed_at"))["at"]
    if counted_at is None:
        return Fact.objects.none()
    day = min(wanted.end, clock.to_date(counted_at))
    rows = _LEVELS[wanted.indicator.code](day, day - dt.timedelta(days=level.days))
    return rows if wanted.ward_id is None else rows.filter(ward_id=wanted.ward_id)


def _active(day: dt.date, since: dt.date) -> QuerySet[Fact]:
    acted = counting([ACTED]).filter(occurred_on__gt=since, occurred_on__lte=day)
    last = (
        counting(MEMBERS.event_types)
        .filter(occurred_on__lte=day, event_key__in=acted.values("event_key"))
        .order_by("event_key", "-occurred_on", "-pk")
        .distinct("event_key")
    )
    found = last.values_list("pk", "event_type")
    return Fact.objects.filter(pk__in=[pk for pk, kind in found if kind == MEMBERS.event_type])


def _claimed(day: dt.date, since: dt.date) -> QuerySet[Fact]:
    confirmed = counting([MATCHES.event_type]).filter(
        source_table=OuterRef("source_table"),
        source_pk=OuterRef("source_pk"),
        occurred_on__lte=day,
    )
    open_claims = counting([CLAIMED]).filter(
        ~Exists(confirmed), occurred_on__gt=since, occurred_on__lte=day
    )
    ones = open_claims.order_by().values("source_table", "source_pk", "ward_id")
    return Fact.objects.filter(pk__in=ones.annotate(first=Min("pk")).values("first"))


_LEVELS = {MEMBERS.code: _active, MATCHES.code: _claimed}


def sources(facts: Iterable[Fact]) -> dict[str, set[str]]:
    """Table → keys of the rows that these facts tell of."""
    found: dict[str, set[str]] = {}
    for fact in facts:
        found.setdefault(fact.source_table, set()).add(fact.source_pk)
    return found
