"""Calls (公募) for the public pages."""

import datetime as dt

from django.db.models import QuerySet

from subsidies.contents import rules_of
from subsidies.models import Call
from subsidies.rules.scheme import SchemeRules


def calls() -> QuerySet[Call]:
    """All published calls with scheme and ward."""
    return Call.objects.filter(version__published_at__isnull=False).select_related(
        "version__scheme", "ward"
    )


def open_calls(
    as_of: dt.datetime, ward_id: int | None = None, *, coming: bool = False
) -> QuerySet[Call]:
    """Calls that take applications at `as_of`; with `coming` also those that open later."""
    rows = calls().filter(closes_at__gt=as_of)
    if not coming:
        rows = rows.filter(opens_at__lte=as_of)
    if ward_id is not None:
        rows = rows.filter(ward_id=ward_id)
    return rows.order_by("ward_id", "version__scheme__stage", "closes_at", "id")


def call_detail(call_id: int) -> Call:
    """One published call. Raises Call.DoesNotExist."""
    return calls().get(pk=call_id)


def rules_of_call(call: Call) -> SchemeRules:
    """The rules a new draft would follow."""
    return rules_of(call.version)
