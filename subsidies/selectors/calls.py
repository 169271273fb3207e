"""Calls (公募) for the public pages."""

import datetime as dt
from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet

from portal.ui.markup import localized
from subsidies.models import Call, DocumentTemplate


class Named(NamedTuple):
    """A name in both languages."""

    name: str
    name_en: str

    @property
    def display_name(self) -> str:
        """The name in the language of the page."""
        return localized(self.name, self.name_en)


def handed_out(scheme_id: int) -> frozenset[str]:
    """Codes of the documents for which the scheme hands out a ひな形."""
    rows = DocumentTemplate.objects.filter(scheme_id=scheme_id, replaced_at=None)
    return frozenset(rows.values_list("code", flat=True))


class CallInBrief(NamedTuple):
    """What a list of calls shows; hashable, so that what is drawn from it can be remembered."""

    pk: int
    closes_at: dt.datetime
    ward: Named
    scheme: Named
    summary: str
    rate: str
    cap_yen: int


# The rules, several kB of JSON each, are unpacked for the chosen rows only.
_CLOSING_SOON = """
    SELECT call.id, call.closes_at, ward.name, ward.name_en, scheme.name, scheme.name_en,
           scheme.summary, version.rules ->> 'rate', (version.rules ->> 'cap_yen')::bigint
    FROM (
        SELECT open.id, open.closes_at, open.ward_id, open.version_id
        FROM subsidies_call open
        JOIN subsidies_schemeversion published ON published.id = open.version_id
        WHERE published.published_at IS NOT NULL
          AND open.opens_at <= %(as_of)s AND open.closes_at > %(as_of)s
        ORDER BY open.closes_at, open.id
        LIMIT %(most)s
    ) call
    JOIN subsidies_schemeversion version ON version.id = call.version_id
    JOIN subsidies_scheme scheme ON scheme.id = version.scheme_id
    JOIN programs_ward ward ON ward.code = call.ward_id
    ORDER BY call.closes_at, call.id
"""


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


def closing_soon(as_of: dt.datetime, most: int) -> tuple[CallInBrief, ...]:
    """The open calls that close first.

    In SQL, because the home page is opened most often of all, and building the same query anew
    each time took longer than running it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLOSING_SOON, {"as_of": as_of, "most": most})
        return tuple(
            CallInBrief(pk, closes_at, Named(*names[:2]), Named(*names[2:4]), *names[4:])
            for pk, closes_at, *names in cursor.fetchall()
        )


def call_detail(call_id: int) -> Call:
    """One published call. Raises Call.DoesNotExist."""
    return calls().get(pk=call_id)
