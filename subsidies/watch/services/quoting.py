"""Quotes beside each other: of one day, and of vendors that quote together again and again."""

from collections.abc import Iterable

from subsidies.models import Application
from subsidies.rules import quotes
from subsidies.watch.models import Finding, Trace
from subsidies.watch.rules import likeness, names, together
from subsidies.watch.rules.limits import Limits, frozen
from subsidies.watch.services import found
from subsidies.watch.services.tracing import last_version

Kind = Trace.Kind
# Pairs that are looked up for one application.
MOST_PAIRS = 12


def same_day(application: Application) -> None:
    """Several quotes of one line bear the same date. One finding for all lines."""
    version = last_version(application)
    if version is None:
        return
    lines = [
        {
            "line": line["description"],
            "on": alike[0].quoted_on.isoformat() if alike[0].quoted_on else "",
            "vendors": [quote.vendor for quote in alike],
        }
        for line, kept in zip(
            version.payload["expenses"], quotes.submitted(version.payload), strict=False
        )
        if (alike := together.same_day(kept))
    ]
    if lines:
        subject = names.digest(*(f"{line['line']} {line['on']}" for line in lines))
        found.single(application, Finding.Kind.SAME_DAY, subject, {"lines": lines})


def quoting_together(application: Application, traces: Iterable[Trace], limits: Limits) -> None:
    """Two vendors that quote together in one fiscal year as often as the ward has set.

    Counted over all wards; the names of other wards' firms are not told.
    """
    traces = list(traces)
    quoters = {row.key: row.label for row in traces if row.kind == Kind.QUOTER}
    of: dict[str, int] = {}
    for row in [row for row in traces if row.kind == Kind.PAIR][:MOST_PAIRS]:
        year = application.call.fiscal_year
        both = Trace.objects.filter(kind=Kind.PAIR, key=row.key, fiscal_year=year).order_by()
        firms = both.values("firm").distinct().count()
        if firms < limits.pair_firms:
            continue
        keys = _members(row, quoters)
        for key in keys:
            if key not in of:
                same = Trace.objects.filter(kind=Kind.QUOTER, key=key, fiscal_year=year)
                of[key] = same.order_by().values("firm").distinct().count()
        counted = (of[keys[0]], of[keys[1]])
        if not together.is_together(firms, counted, limits):
            continue
        elsewhere = both.exclude(ward_id=application.ward_id).values("ward").distinct().count()
        evidence = {
            "vendors": [quoters[key] for key in keys],
            "key": row.key,
            "firms": firms,
            "of": list(counted),
            "percent": likeness.percent(together.share(firms, counted)),
            "fiscal_year": year,
            "other_wards": elsewhere,
            "limits": frozen(Finding.Kind.TOGETHER, limits),
        }
        found.single(application, Finding.Kind.TOGETHER, row.key, evidence)


def _members(row: Trace, quoters: dict[str, str]) -> tuple[str, str]:
    """The keys of the two vendors of a pair of this application."""
    return next(
        pair
        for one in quoters
        for other in quoters
        if one < other and names.digest("pair", *(pair := (one, other))) == row.key
    )
