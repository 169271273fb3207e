"""Lists of releases: what is public, what is due, which of a year's holds."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from kpi.releases import policies, states
from kpi.releases.models import Release
from kpi.releases.rules import final_due, preliminary_due
from portal.kernel import clock
from portal.kernel.actor import Actor

# So many months back a missing 速報 is called for.
MONTHS_BACK = 3


@dataclass(frozen=True, slots=True)
class Due:
    """A release that nobody has made yet."""

    kind: str
    as_of: dt.date
    due_on: dt.date
    is_late: bool
    can_be_made: bool


def everything(actor: Actor) -> QuerySet[Release]:
    """All that the actor may see, the newest first."""
    rows = policies.visible_releases(actor).select_related("made_by", "approved_by", "revises")
    return rows.order_by("-as_of", "-watermark", "-pk")


def get_release(actor: Actor, **lookup: object) -> Release:
    """One of them. Raises Release.DoesNotExist."""
    return everything(actor).get(**lookup)


def public_releases() -> list[Release]:
    """What everybody reads, the newest first. One query."""
    rows = policies.published().select_related("revises")
    return list(rows.order_by("-as_of", "-public_from", "-pk"))


def holding(rows: Iterable[Release]) -> list[Release]:
    """Those of `rows` that no other of them revises."""
    listed = list(rows)
    revised = {row.revises_id for row in listed}
    return [row for row in listed if row.pk not in revised]


def dues(today: dt.date) -> list[Due]:
    """What is due next: 速報 of the last months that have none, of the running month, and 確報."""
    rows = Release.objects.exclude(status=states.DROPPED)
    made = set(rows.exclude(kind=Release.Kind.REVISED).values_list("kind", "as_of"))
    found = []
    end = clock.month_end(today)
    for _n in range(MONTHS_BACK + 1):
        if (Release.Kind.PRELIMINARY, end) not in made:
            due_on = preliminary_due(end)
            found.append(Due(Release.Kind.PRELIMINARY, end, due_on, due_on < today, end < today))
        end = end.replace(day=1) - dt.timedelta(days=1)
    year = clock.fiscal_year(today) - 1
    for fiscal_year in (year, year + 1):
        last = clock.fiscal_year_bounds(fiscal_year)[1]
        if (Release.Kind.FINAL, last) not in made:
            due_on = final_due(fiscal_year)
            found.append(Due(Release.Kind.FINAL, last, due_on, due_on < today, last < today))
    return sorted(found, key=lambda due: due.due_on)
