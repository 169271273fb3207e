"""Reads of the room. What is asked without an actor is read with the rows of the running transaction."""

from collections.abc import Mapping
from datetime import date

from django.db.models import QuerySet

from kpi.series.models import Accounts, Consent
from kpi.series.rules import BY_CODE, FirmYear, value_added

CODES = (*BY_CODE, "labour")
FULL_YEAR = 12


def newest(rows: QuerySet[Accounts]) -> QuerySet[Accounts]:
    """The version of each accounting year that counts, by firm and day."""
    return rows.order_by("firm_id", "period_end", "-number").distinct("firm_id", "period_end")


def figures_of(row: Accounts) -> dict[str, int]:
    """The components that are known, by code."""
    return {code: value for code in CODES if (value := getattr(row, code)) is not None}


def consents(firms: list[int] | None = None) -> Mapping[int, bool]:
    """Firm → what it said last about the use for evaluation; a firm that was not asked is missing."""
    rows = Consent.objects.order_by("firm_id", "-id").distinct("firm_id")
    if firms is not None:
        rows = rows.filter(firm_id__in=firms)
    return dict(rows.values_list("firm_id", "agreed"))


def may_be_used(source: str, said: bool | None) -> bool:
    """Whether a row may serve an evaluation: the firm agreed, or it is from a report and it never refused."""
    return said is not False and (said is True or source == Accounts.Source.EFFECT)


def firm_years(*, first: int, last: int) -> list[FirmYear]:
    """Accounting years of 12 months that end in the calendar years from `first` to `last`, by firm and year.

    Only what may be used for evaluation. Of two that end in one calendar year (a changed 決算期) the later
    counts. Run as the system: the rows name firms.
    """
    said = consents()
    rows = Accounts.objects.filter(
        period_end__gte=date(first, 1, 1), period_end__lt=date(last + 1, 1, 1)
    )
    columns = ("firm_id", "ward_id", "firm__jsic", "period_end", "months", "source", *CODES)
    found: dict[tuple[int, int], FirmYear] = {}
    for firm, ward, jsic, ends, months, source, *values in newest(rows).values_list(*columns):
        if months != FULL_YEAR or not may_be_used(source, said.get(firm)):
            continue
        known = {
            code: value for code, value in zip(CODES, values, strict=True) if value is not None
        }
        added = value_added(known)
        found[firm, ends.year] = FirmYear(
            firm_id=firm,
            ward_id=ward,
            industry=jsic,
            year=ends.year,
            employees=known.get("people"),
            va_a=added.get("A"),
            va_b=added.get("B"),
            va_c=added.get("C"),
        )
    return list(found.values())
