"""Stored releases as the rules take them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Q

from kpi.releases import states
from kpi.releases.models import Figures, PublicFigures, Release
from kpi.releases.rules import Column, Head, Row, row_of


def head_of(row: Release, *, public: bool = False) -> Head:
    """What the digest covers besides the figures.

    Of what is public it names the public digest of the release before: that of the full figures would
    tell whoever tries out small numbers whether a guess is right.
    """
    revised = row.revises
    return Head(
        code=row.code,
        kind=row.kind,
        as_of=row.as_of,
        watermark=row.watermark,
        reason=row.reason,
        revises="" if revised is None else revised.public_digest if public else revised.digest,
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


def told_before(
    keys: Collection[tuple[str, dt.date]], go_on: Collection[str]
) -> dict[str, list[Row]]:
    """Indicator → what was told of these columns by every release that was not dropped, in the order of the
    days they are about; of the indicators that `go_on` over the years every period. Two queries.
    """
    wanted = Q(indicator__in={code for code, _period in keys} & set(go_on))
    for period in {period for _code, period in keys}:
        codes = {code for code, of in keys if of == period}
        wanted |= Q(indicator__in=codes, period=period)
    shown = {
        (row.release_id, row.indicator, row.period): row.hidden
        for row in PublicFigures.objects.filter(wanted)
    }
    rows = Figures.objects.filter(wanted).exclude(release__status=states.DROPPED)
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows.order_by("indicator", "period", "release__watermark", "release_id"):
        hidden = shown.get((row.release_id, row.indicator, row.period))
        if hidden is not None:
            found[row.indicator].append(row_of(_column(row), hidden))
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
