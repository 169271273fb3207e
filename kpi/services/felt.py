"""2-OC: firms that felt an effect, by the fiscal year in which their grants were completed."""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal

from kpi.indicators.ratios import FELT_EFFECT
from kpi.models import Quotient
from kpi.rules.compute import COMPLETED, EFFECT, FELT
from kpi.services.quotients import Counted, quotients_write
from kpi.services.standing import NOW, At, fetch, firms, roots
from portal.kernel.clock import fiscal_year_bounds

MOVES = frozenset({COMPLETED, EFFECT})


def felt(at: At = NOW, years: Collection[int] | None = None) -> list[Counted]:
    """Every ward and fiscal year with completions, or those of these years."""
    known = firms(at)
    gone, into = roots(known)
    sql = _FELT.replace("{stands}", at.stands).replace("{merged}", _MERGED if known else "")
    sql = sql.replace("{firm}", "COALESCE(m.into_firm, f.firm_id)" if known else "f.firm_id")
    values = at.values(
        completed=COMPLETED,
        effect=EFFECT,
        felt=FELT,
        gone=gone,
        into=into,
        years=None if years is None else sorted(years),
    )
    return [
        Counted(
            ward_id=ward,
            period=fiscal_year_bounds(year)[0],
            numerator=Decimal(yes),
            denominator=Decimal(answered),
            n=answered,
            detail={"completions": completions},
        )
        for ward, year, completions, answered, yes in fetch(sql, values)
    ]


def felt_recount(fact_ids: Collection[int], as_of: dt.date) -> None:
    """The years of the completions that these facts tell of."""
    rows = fetch(_YEARS, {"ids": list(fact_ids), "completed": COMPLETED, "effect": EFFECT})
    years = {year for (year,) in rows}
    if years:
        quotients_write(
            indicator=FELT_EFFECT.code,
            periods=[fiscal_year_bounds(year)[0] for year in years],
            rows=felt(years=years),
            as_of=as_of,
        )


def felt_rebuild(*, as_of: dt.date) -> list[str]:
    """Count 2-OC anew and replace its rows; returns those that had been wrong."""
    found = felt()
    stored = Quotient.objects.filter(indicator=FELT_EFFECT.code)
    periods = {*stored.values_list("period", flat=True), *(row.period for row in found)}
    wrong = quotients_write(indicator=FELT_EFFECT.code, periods=periods, rows=found, as_of=as_of)
    return [
        f"2-OC {row.ward_id} {row.period:%Y}: {row.numerator:f}/{row.denominator:f}"
        for row in wrong
    ]


_FELT = """
WITH done AS (
    SELECT DISTINCT ON (f.event_key)
        {firm} AS firm, f.event_key, (f.month - 3) / 12 AS year, f.ward_id, f.occurred_on, f.id
    FROM kpi_fact f {merged}
    WHERE f.event_type = %(completed)s AND {stands}
    ORDER BY f.event_key, f.occurred_on, f.id
), place AS (
    SELECT DISTINCT ON (firm, year) firm, year, ward_id FROM done
    WHERE %(years)s::int[] IS NULL OR year = ANY(%(years)s)
    ORDER BY firm, year, occurred_on, id
), said AS (
    SELECT d.firm, d.year, bool_or(f.part = %(felt)s) AS yes
    FROM kpi_fact f JOIN done d USING (event_key)
    WHERE f.event_type = %(effect)s AND {stands}
    GROUP BY d.firm, d.year
)
SELECT p.ward_id, p.year, count(*), count(s.yes), count(*) FILTER (WHERE s.yes)
FROM place p LEFT JOIN said s USING (firm, year)
GROUP BY p.ward_id, p.year ORDER BY p.year, p.ward_id
"""
_MERGED = """LEFT JOIN unnest(%(gone)s::bigint[], %(into)s::bigint[]) AS m(gone, into_firm)
        ON m.gone = f.firm_id"""
_YEARS = """
SELECT DISTINCT (c.month - 3) / 12 FROM kpi_fact f
JOIN kpi_fact c ON c.event_type = %(completed)s AND c.event_key = f.event_key
WHERE f.id = ANY(%(ids)s) AND f.event_type IN (%(completed)s, %(effect)s)
"""
