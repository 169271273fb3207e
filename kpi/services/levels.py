"""Figures that hold on a day and move with the calendar: 実働 of 3-OP2, 仮 of 3-OC."""

import datetime as dt
from collections import Counter

from kpi.indicators import INDICATORS, Indicator
from kpi.indicators.lab import MATCHES, MEMBERS
from kpi.services.standing import NOW, fetch, month_number, planned
from portal.kernel import clock

ACTED, CLAIMED = "member.acted", "match.claimed"
# Indicator → which facts move its level.
MOVES: dict[str, frozenset[str]] = {
    MEMBERS.code: frozenset({ACTED, *MEMBERS.event_types}),
    MATCHES.code: frozenset({CLAIMED, MATCHES.event_type}),
}
LEVELLED = [item for item in INDICATORS if item.level]


def moved_by(event_type: str) -> list[Indicator]:
    """The indicators whose level a fact of this type may move."""
    return [item for item in LEVELLED if event_type in MOVES[item.code]]


def began(indicator: Indicator) -> dt.date | None:
    """The day of the first fact that moves the level."""
    return fetch(_BEGAN, {"types": sorted(MOVES[indicator.code])})[0][0]


def levels(indicator: Indicator, first: dt.date, last: dt.date) -> Counter[tuple[int, int]]:
    """(ward, month as a number) → the level at the end of each month, or on `last` while it runs."""
    assert indicator.level is not None
    days = _days(first, last)
    values = {
        "months": [month_number(day) for day in days],
        "days": days,
        "from": first.replace(day=1) - dt.timedelta(days=indicator.level.days),
        "last": last,
        "kept": indicator.level.days,
        "beyond": indicator.level.days // 28 + 1,
        "acted": ACTED,
        "claimed": CLAIMED,
        "concluded": MATCHES.event_type,
        "joins": MEMBERS.event_type,
        "members": list(MEMBERS.event_types),
    }
    sql = _SQL[indicator.code].replace("{stands}", NOW.stands)
    with planned("enable_nestloop", "off"):
        return Counter({(ward, month): count for ward, month, count in fetch(sql, values)})


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    """The day that is counted of each month from `first` to `last`."""
    found = []
    month = first.replace(day=1)
    while month <= last:
        end = clock.month_end(month)
        found.append(min(end, last))
        month = end + dt.timedelta(days=1)
    return found


_BEGAN = "SELECT min(occurred_on) FROM kpi_fact WHERE event_type = ANY(%(types)s)"
# Members that answered, were given an order or delivered in the days up to that day. Of what one did
# in a month the last counts longest, and from the same month's end on.
_ACTIVE = """
WITH days AS (
    SELECT * FROM unnest(%(months)s::int[], %(days)s::date[]) AS d(month, day)
), acted AS (
    SELECT f.event_key AS key, f.month, max(f.occurred_on) AS day
    FROM kpi_fact f
    WHERE f.event_type = %(acted)s AND f.occurred_on > %(from)s AND f.occurred_on <= %(last)s
        AND {stands}
    GROUP BY f.event_key, f.month
), seen AS (
    SELECT DISTINCT a.key, d.month, d.day
    FROM acted a CROSS JOIN generate_series(0, %(beyond)s) AS later
    JOIN days d ON d.month = a.month + later
    WHERE d.day < a.day + %(kept)s::int
), spans AS (
    SELECT f.event_key AS key, f.ward_id, f.event_type, f.occurred_on AS since,
        lead(f.occurred_on) OVER (PARTITION BY f.event_key ORDER BY f.occurred_on, f.id) AS until
    FROM kpi_fact f WHERE f.event_type = ANY(%(members)s) AND {stands}
)
SELECT p.ward_id, s.month, count(*)
FROM seen s JOIN spans p ON p.key = s.key AND p.since <= s.day
    AND (p.until IS NULL OR p.until > s.day)
WHERE p.event_type = %(joins)s
GROUP BY p.ward_id, s.month
"""
# Matches that one side told of in the days up to that day, and nobody has confirmed by then.
_CLAIMED = """
WITH days AS (
    SELECT * FROM unnest(%(months)s::int[], %(days)s::date[]) AS d(month, day)
), claims AS (
    SELECT DISTINCT f.source_table, f.source_pk, f.ward_id, f.month, f.occurred_on
    FROM kpi_fact f
    WHERE f.event_type = %(claimed)s AND f.occurred_on > %(from)s AND f.occurred_on <= %(last)s
        AND {stands}
), confirmed AS (
    SELECT f.source_table, f.source_pk, min(f.occurred_on) AS day
    FROM kpi_fact f WHERE f.event_type = %(concluded)s AND {stands}
    GROUP BY f.source_table, f.source_pk
), seen AS (
    SELECT DISTINCT c.source_table, c.source_pk, c.ward_id, d.month
    FROM claims c CROSS JOIN generate_series(0, %(beyond)s) AS later
    JOIN days d ON d.month = c.month + later
    LEFT JOIN confirmed o USING (source_table, source_pk)
    WHERE c.occurred_on <= d.day AND d.day < c.occurred_on + %(kept)s::int
        AND (o.day IS NULL OR o.day > d.day)
)
SELECT ward_id, month, count(*) FROM seen GROUP BY ward_id, month
"""
_SQL = {MEMBERS.code: _ACTIVE, MATCHES.code: _CLAIMED}
