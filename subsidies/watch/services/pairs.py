"""Two cases with something in common: the same firm, account, file, or nearly the same words.

Everything is looked up by an indexed key; how many rows are read does not depend on how many
applications there are. Each lookup stops at a fixed number of rows.
"""

from collections.abc import Iterable

from django.db import connection

from subsidies import states
from subsidies.models import Application
from subsidies.watch.models import Finding, Trace
from subsidies.watch.rules import likeness
from subsidies.watch.rules.limits import frozen
from subsidies.watch.selectors.limits import limits_of
from subsidies.watch.services import found
from subsidies.watch.services.found import Side
from subsidies.watch.services.tracing import last_version, last_versions, plan_text

Kind = Trace.Kind
# Rows read for one key, and pairs told of one application and kind.
MOST_ROWS = 60
MOST_PAIRS = 5
_GONE = (states.DRAFT, states.WITHDRAWN, states.REFUSED)


def same_firm(application: Application, traces: Iterable[Trace]) -> None:
    """Other applications of the firm, in any ward and scheme, that buy the same things."""
    keys = [row.key for row in traces if row.kind == Kind.FIRM]
    others = {
        row.application_id: row.application
        for row in _rows(application, Kind.FIRM, keys)
        if row.application.status not in _GONE
    }
    bought = {row.key: row.label for row in traces if row.kind == Kind.ITEM}
    again: dict[int, dict[str, str]] = {}
    rows = Trace.objects.filter(application__in=others, kind=Kind.ITEM, key__in=bought)
    for row in rows.order_by("id")[: MOST_ROWS * MOST_PAIRS]:
        again.setdefault(row.application_id, {})[row.key] = row.label
    for other_id, labels in list(again.items())[:MOST_PAIRS]:
        found.pair(
            Finding.Kind.FIRM,
            Side(application, {"items": [bought[key] for key in labels]}),
            Side(others[other_id], {"items": list(labels.values())}),
            detail={},
        )


def same_account(application: Application, traces: Iterable[Trace]) -> None:
    """Another firm's claim names the same account."""
    keys = [row.key for row in traces if row.kind == Kind.ACCOUNT]
    for row in _of_others(application, _rows(application, Kind.ACCOUNT, keys))[:MOST_PAIRS]:
        found.pair(Finding.Kind.ACCOUNT, Side(application), Side(row.application), detail={})


def same_file(application: Application, traces: Iterable[Trace]) -> None:
    """Another firm has attached the same file, byte for byte."""
    for mine in [row for row in traces if row.kind == Kind.FILE]:
        rows = _of_others(application, _rows(application, Kind.FILE, [mine.key]))
        if not rows:
            continue
        holders = len({row.firm_id for row in rows}) + 1
        limits = limits_of({application.ward_id, *(row.ward_id for row in rows)})
        told = {ward for ward, limit in limits.items() if holders < limit.file_firms}
        for row in rows[:MOST_PAIRS]:
            here, there = application, row.application
            found.pair(
                Finding.Kind.FILE,
                Side(here, {"file": mine.label, "limits": frozen("file", limits[here.ward_id])}),
                Side(there, {"file": row.label, "limits": frozen("file", limits[there.ward_id])}),
                detail={},
                subject=mine.key[:16],
                told=told,
            )


def similar_text(application: Application, traces: Iterable[Trace]) -> None:
    """Another firm's plan is told in nearly the same words."""
    version = last_version(application)
    candidates = _candidates(application, [row.key for row in traces if row.kind == Kind.TEXT])
    if version is None or not candidates:
        return
    mine = plan_text(version)
    parts = likeness.shingles(mine)
    near = last_versions(candidates).exclude(application__firm_id=application.firm_id)
    others = [(theirs.application, plan_text(theirs)) for theirs in near]
    limits = limits_of({application.ward_id, *(other.ward_id for other, _text in others)})
    alike = []
    for other, text in others:
        degree = likeness.likeness(parts, likeness.shingles(text))
        wards = (application.ward_id, other.ward_id)
        if told := {ward for ward in wards if limits[ward].is_alike(degree)}:
            alike.append((degree, other, text, told))
    alike.sort(key=lambda entry: (-entry[0], entry[1].pk))
    for degree, other, text, told in alike[:MOST_PAIRS]:
        found.pair(
            Finding.Kind.TEXT,
            Side(application, {"limits": frozen("text", limits[application.ward_id])}),
            Side(other, {"limits": frozen("text", limits[other.ward_id])}),
            detail={
                "percent": likeness.percent(degree),
                "passages": likeness.common_passages(mine, text),
            },
            told=told,
        )


def _rows(application: Application, kind: str, keys: list[str]) -> list[Trace]:
    """Keys of other applications that are equal to one of these."""
    rows = Trace.objects.filter(kind=kind, key__in=keys).exclude(application=application)
    return list(rows.select_related("application").order_by("application_id")[:MOST_ROWS])


def _of_others(application: Application, rows: Iterable[Trace]) -> list[Trace]:
    """One row for each application of another firm."""
    return list(
        {row.application_id: row for row in rows if row.firm_id != application.firm_id}.values()
    )


# Of a passage that more applications share (the form's own words) only so many are looked at.
_CANDIDATES = """
    SELECT near.application_id FROM unnest(%s::varchar[]) wanted(key)
    CROSS JOIN LATERAL (
        SELECT application_id FROM watch_trace
        WHERE kind = 'text' AND watch_trace.key = wanted.key AND application_id <> %s LIMIT 200
    ) near
    GROUP BY near.application_id HAVING count(*) >= %s
    ORDER BY count(*) DESC, near.application_id LIMIT 20
"""


def _candidates(application: Application, keys: list[str]) -> list[int]:
    """Applications whose sketch agrees with ours: 24 index lookups, whatever their number."""
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [keys, application.pk, likeness.LEAST_COMMON])
        return [row[0] for row in cursor.fetchall()]
