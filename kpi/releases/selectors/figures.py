"""Stored releases as the rules take them."""

import datetime as dt
from collections.abc import Iterable

from kpi.releases import states
from kpi.releases.models import Figures, PublicFigures, Release
from kpi.releases.rules import Column, Head


def head_of(row: Release) -> Head:
    """What the digest covers besides the figures."""
    return Head(
        code=row.code,
        kind=row.kind,
        as_of=row.as_of,
        watermark=row.watermark,
        reason=row.reason,
        revises=row.revises.digest if row.revises is not None else "",
        definitions=row.definitions,
    )


def columns_of(
    row: Release, *, public: bool = False, indicators: Iterable[str] | None = None
) -> list[Column]:
    """Its figures, or what is public of them; of these indicators only, where given. One query."""
    model = PublicFigures if public else Figures
    rows = model.objects.filter(release=row)
    if indicators is not None:
        rows = rows.filter(indicator__in=list(indicators))
    return [_column(found) for found in rows.order_by("indicator", "period")]


def public_history(
    indicators: Iterable[str], releases: Iterable[Release]
) -> dict[int, list[Column]]:
    """Release → the public columns of these indicators. One query."""
    ids = [row.pk for row in releases]
    rows = PublicFigures.objects.filter(release_id__in=ids, indicator__in=list(indicators))
    found: dict[int, list[Column]] = {pk: [] for pk in ids}
    for row in rows.order_by("indicator", "period"):
        found[row.release_id].append(_column(row))
    return found


def release_before(as_of: dt.date) -> Release | None:
    """The newest release, dropped ones aside, of that day or earlier."""
    rows = Release.objects.exclude(status=states.DROPPED).filter(as_of__lte=as_of)
    return rows.select_related("revises").order_by("as_of", "watermark", "pk").last()


def _column(row: Figures | PublicFigures) -> Column:
    return Column(
        indicator=row.indicator,
        period=row.period,
        numerators=tuple(row.numerators),
        denominators=None if row.denominators is None else tuple(row.denominators),
        ns=tuple(row.ns),
        hidden=tuple(row.hidden) if isinstance(row, PublicFigures) else (),
    )
