"""The limits that wards have set."""

from collections.abc import Iterable

from django.db.models import QuerySet

from portal.kernel.actor import Actor
from subsidies.watch import policies
from subsidies.watch.models import LimitsVersion
from subsidies.watch.rules.limits import BOUNDS, STANDARD, Limits


def limits_of(wards: Iterable[int]) -> dict[int, Limits]:
    """Ward → what counts now, the standard where it has set nothing. One query."""
    asked = set(wards)
    rows = LimitsVersion.objects.filter(ward_id__in=asked).order_by("ward_id", "-number")
    found = {row.ward_id: as_limits(row) for row in rows.distinct("ward_id")}
    return {ward: found.get(ward, STANDARD) for ward in asked}


def limits_versions(actor: Actor) -> QuerySet[LimitsVersion]:
    """What the ward has set, the newest first, with who did."""
    return policies.visible_limits(actor).select_related("set_by").order_by("-number")


def as_limits(row: LimitsVersion) -> Limits:
    """The version as the rules take it."""
    return Limits(number=row.number, **{name: getattr(row, name) for name in BOUNDS})
