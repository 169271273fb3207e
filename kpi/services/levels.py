"""Figures that hold on a day and move with the calendar: 実働 of 3-OP2, 仮 of 3-OC."""

import datetime as dt
from collections import Counter
from collections.abc import Callable

from django.db.models import Exists, OuterRef

from kpi.indicators import INDICATORS, Indicator
from kpi.indicators.lab import MATCHES, MEMBERS
from kpi.services.counting import counting, next_month

ACTED, CLAIMED = "member.acted", "match.claimed"
# Ward → how many, on a day.
Counted = Callable[[dt.date, int], Counter[int]]


def active(day: dt.date, days: int) -> Counter[int]:
    """Members that answered, were given an order or delivered in the `days` up to that day."""
    acted = counting([ACTED]).filter(
        occurred_on__gt=day - dt.timedelta(days=days), occurred_on__lte=day
    )
    last = (
        counting(MEMBERS.event_types)
        .filter(occurred_on__lte=day, event_key__in=acted.values("event_key"))
        .order_by("event_key", "-occurred_on", "-pk")
        .distinct("event_key")
    )
    rows = last.values_list("event_type", "ward_id")
    return Counter(ward for kind, ward in rows if kind == MEMBERS.event_type)


def claimed(day: dt.date, days: int) -> Counter[int]:
    """Matches that one side told of in the `days` up to that day, and nobody has confirmed by then."""
    confirmed = counting([MATCHES.event_type]).filter(
        source_table=OuterRef("source_table"),
        source_pk=OuterRef("source_pk"),
        occurred_on__lte=day,
    )
    rows = counting([CLAIMED]).filter(
        ~Exists(confirmed), occurred_on__gt=day - dt.timedelta(days=days), occurred_on__lte=day
    )
    found = rows.values_list("source_table", "source_pk", "ward_id").distinct()
    return Counter(ward for _table, _pk, ward in found)


# Indicator → how its level is counted, and which facts move it.
LEVELS: dict[str, tuple[Counted, frozenset[str]]] = {
    MEMBERS.code: (active, frozenset({ACTED, *MEMBERS.event_types})),
    MATCHES.code: (claimed, frozenset({CLAIMED, MATCHES.event_type})),
}


def moved_by(event_type: str) -> list[Indicator]:
    """The indicators whose level a fact of this type may move."""
    return [item for item in INDICATORS if item.level and event_type in LEVELS[item.code][1]]


def level_on(indicator: Indicator, day: dt.date) -> Counter[int]:
    """Ward → the level on that day."""
    assert indicator.level is not None
    return LEVELS[indicator.code][0](day, indicator.level.days)


def months(first: dt.date, last: dt.date) -> list[tuple[dt.date, dt.date]]:
    """(first day, day that is counted) of each month up to `last`, whose month is counted so far."""
    found = []
    month = first.replace(day=1)
    while month <= last:
        found.append((month, min(next_month(month) - dt.timedelta(days=1), last)))
        month = next_month(month)
    return found
