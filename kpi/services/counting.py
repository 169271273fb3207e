"""What the facts come to, by indicator, ward, month and part.

One statement counts all indicators whose keys count once; members and matches depend on the order of
time and are counted in turn. Either everything is counted, or some cells wholly.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import product
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from kpi.indicators import INDICATORS, Indicator, Kind, Once
from kpi.models import Fact
from kpi.rules import Joined, Match, changes, new_matches
from kpi.rules.firms import Firms
from kpi.services.standing import NOW, At, fetch, firms, month_number, planned, roots

# (indicator, ward, month as a number, part)
Key = tuple[str, int, int, str]
# (indicator, ward, month as a number)
Place = tuple[str, int, int]

SIMPLE = [item for item in INDICATORS if item.once in (Once.YEAR, Once.EVER)]
OTHERS = [item for item in INDICATORS if item.once in (Once.MEMBER, Once.MATCH)]
# So many cells are looked up one by one.
_FEW = 500


def counting(event_types: Collection[str]) -> QuerySet[Fact]:
    """Facts that count: a fact and its reversal cancel out before anything is counted (R2)."""
    return Fact.objects.filter(event_type__in=event_types, reverses=None, reversed_by=None)


def count_all(at: At = NOW) -> Counter[Key]:
    """Every cell of every indicator with its parts."""
    known = firms(at)
    found = _simple(SIMPLE, at, known)
    for indicator in OTHERS:
        found.update(_in_turn(indicator, at, known))
    return found


def count_cells(places: Collection[Place]) -> Counter[Key]:
    """These cells wholly; one in which nothing counts any more is missing."""
    known, found = firms(), Counter[Key]()
    codes = {code for code, _ward, _month in places}
    # Which facts decide about a cell of firms that merged is not to be seen from their keys.
    whole = [item for item in SIMPLE if item.code in codes and item.firms_in_key and known]
    narrow = [item for item in SIMPLE if item.code in codes and item not in whole]
    if whole:
        found.update(_simple(whole, NOW, known))
    if narrow:
        found.update(_simple(narrow, NOW, Firms(), places))
    for indicator in OTHERS:
        if months := {month for code, _ward, month in places if code == indicator.code}:
            found.update(_in_turn(indicator, NOW, known, months))
    wanted = set(places)
    return Counter({key: value for key, value in found.items() if key[:3] in wanted})


def touched(fact_ids: Collection[int]) -> set[Place]:
    """The cells that facts (or reversals) touch: their own, and those of the same key, which may now
    hold the first one or hold it no longer. Reversed ones have left a cell too.
    """
    known = firms()
    rows = fetch(_TOLD, {"ids": list(fact_ids)})
    found: set[Place] = set()
    for indicator in INDICATORS:
        own = [row for row in rows if _is_of(indicator, row[0], row[3])]
        if not own:
            continue
        if indicator.once == Once.MATCH:
            keys = {buyer for row in own for buyer in known.alike(str(row[2]))}
            sql = _SAME_FIRM
        else:
            keys = {row[1] for row in own}
            if indicator.firms_in_key:
                keys = {key for one in keys for key in known.alike(one)}
            sql = _SAME_KEY
        cells = fetch(
            sql,
            {
                "types": list(indicator.event_types),
                "stage": indicator.stage,
                "keys": sorted(keys),
            },
        )
        if indicator.once == Once.MEMBER:
            # Who leaves is taken off the ward in which it joined.
            cells = list(product({ward for ward, _ in cells}, {month for _, month in cells}))
        found.update((indicator.code, ward, month) for ward, month in cells)
    return found


def _is_of(indicator: Indicator, event_type: str, stage: int) -> bool:
    return event_type in indicator.event_types and indicator.stage in (None, stage)


def _simple(
    indicators: Sequence[Indicator], at: At, known: Firms, places: Collection[Place] = ()
) -> Counter[Key]:
    """The first fact of each key, or of each key and fiscal year, in the order of time (R3)."""
    sql = _FIRST.replace("{stands}", at.stands)
    sql = sql.replace("{narrowed}", _NARROWED if places else "")
    sql = sql.replace("{merged}", _MERGED if known else "")
    sql = sql.replace("{key}", "COALESCE(m.into_firm, f.event_key)" if known else "f.event_key")
    gone, into = roots(known)
    few = 0 < len(places) <= _FEW
    start = settings.PROGRAMME_START_FY * 12 + 3
    values: dict[str, Any] = at.values(
        codes=[item.code for item in indicators],
        types=[item.event_type for item in indicators],
        stages=[item.stage for item in indicators],
        yearly=[item.once == Once.YEAR for item in indicators],
        by_firm=[bool(item.firms_in_key) for item in indicators],
        since=[start if item.kind == Kind.CUMULATIVE else 0 for item in indicators],
        gone=gone,
        into=into,
        p_codes=[code for code, _ward, _month in places],
        p_wards=[ward for _code, ward, _month in places],
        p_months=[month for _code, _ward, month in places],
    )
    with planned("work_mem", "256MB"), planned("enable_nestloop", "on" if few else "off"):
        return Counter({tuple(row[:4]): row[4] for row in fetch(sql, values)})


def _in_turn(
    indicator: Indicator, at: At, known: Firms, months: Collection[int] | None = None
) -> Counter[Key]:
    """Members or matches, of these months with all facts that decide about them."""
    narrowed = ""
    if months is not None and not known:
        narrowed = _OF_MONTHS.replace("{key}", _DECIDES[indicator.once])
    sql = _IN_TIME.replace("{stands}", at.stands).replace("{narrowed}", narrowed)
    rows = fetch(sql, at.values(types=list(indicator.event_types), months=list(months or ())))
    places = indicator.firms_in_key
    found: Counter[Key] = Counter()
    if indicator.once == Once.MEMBER:
        told = (
            Joined(known.key(places, key), ward, day, joins=kind == indicator.event_type)
            for kind, key, ward, day, *_rest in rows
        )
        for ward, day, change in changes(told):
            found[indicator.code, ward, month_number(day), ""] += change
    else:
        matches = (
            Match((table, pk), known.key(places, key), ward, day, part)
            for _kind, key, ward, day, part, table, pk in rows
        )
        for row in new_matches(matches):
            found[indicator.code, row.ward_id, month_number(row.on), row.part] += 1
    return found


_FIRST = """
WITH d AS MATERIALIZED (
    SELECT * FROM unnest(
        %(codes)s::text[], %(types)s::text[], %(stages)s::int[], %(yearly)s::bool[],
        %(by_firm)s::bool[], %(since)s::int[]
    ) AS d(code, event_type, stage, yearly, by_firm, since)
), counted AS (
    SELECT DISTINCT ON (d.code, key, year)
        d.code, {key} AS key, CASE WHEN d.yearly THEN (f.month - 3) / 12 END AS year,
        f.ward_id, f.month, f.part
    FROM kpi_fact f
    JOIN d ON d.event_type = f.event_type AND (d.stage IS NULL OR d.stage = f.stage)
    {merged}
    WHERE f.month >= d.since AND {stands}{narrowed}
    ORDER BY d.code, key, year, f.occurred_on, f.id
)
SELECT code, ward_id, month, part, count(*) FROM counted GROUP BY code, ward_id, month, part
"""
_MERGED = """LEFT JOIN unnest(%(gone)s::text[], %(into)s::text[]) AS m(gone, into_firm)
        ON d.by_firm AND m.gone = f.event_key"""
# Only keys that have a fact in one of the cells: all facts of these decide which is the first.
_NARROWED = """ AND (d.code, f.event_key) IN (
        SELECT p.code, k.event_key
        FROM unnest(%(p_codes)s::text[], %(p_wards)s::int[], %(p_months)s::int[])
            AS p(code, ward_id, month)
        JOIN d AS e ON e.code = p.code
        JOIN kpi_fact k ON k.event_type = e.event_type AND k.ward_id = p.ward_id
            AND k.occurred_on >= make_date(p.month / 12, p.month %% 12 + 1, 1)
            AND k.occurred_on < make_date((p.month + 1) / 12, (p.month + 1) %% 12 + 1, 1)
    )"""
_TOLD = """
SELECT DISTINCT event_type, event_key, firm_id, stage FROM kpi_fact WHERE id = ANY(%(ids)s)
"""
_SAME_KEY = """
SELECT DISTINCT ward_id, month FROM kpi_fact
WHERE event_type = ANY(%(types)s) AND event_key = ANY(%(keys)s)
    AND (%(stage)s::int IS NULL OR stage = %(stage)s)
"""
_SAME_FIRM = """
SELECT DISTINCT ward_id, month FROM kpi_fact
WHERE event_type = ANY(%(types)s) AND firm_id = ANY(%(keys)s::bigint[])
"""


_IN_TIME = """
SELECT f.event_type, f.event_key, f.ward_id, f.occurred_on, f.part, f.source_table, f.source_pk
FROM kpi_fact f WHERE f.event_type = ANY(%(types)s) AND {stands}{narrowed}
ORDER BY f.occurred_on, f.id
"""
_OF_MONTHS = """ AND {key} IN (
    SELECT {key} FROM kpi_fact f WHERE f.event_type = ANY(%(types)s) AND f.month = ANY(%(months)s)
)"""
# What the facts have in common that decide about each other.
_DECIDES = {Once.MEMBER: "f.event_key", Once.MATCH: "f.firm_id"}
