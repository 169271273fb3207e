"""消耗品: what was used, by booking and lately."""

from collections.abc import Iterable

from django.db.models import Sum

from lab.booking.models import ConsumableUse, Lab, Reservation
from portal.kernel.actor import Actor
from portal.kernel.database import acting

SHOWN = 30


def used_for(actor: Actor, row: Reservation) -> list[ConsumableUse]:
    """What was used for a booking that the actor sees; its firm pays for it and reads it, too."""
    with acting(actor.elevated()):
        rows = ConsumableUse.objects.filter(reservation=row, change__lt=0)
        return list(rows.select_related("consumable").order_by("pk"))


def costs_of(rows: Iterable[Reservation]) -> dict[int, int]:
    """Booking → 円 (税込) of what was used for it; one query."""
    uses = ConsumableUse.objects.filter(reservation__in=[row.pk for row in rows])
    found = uses.values_list("reservation_id").annotate(yen=Sum("amount_yen"))
    return dict(found.order_by())


def lately(lab: Lab) -> list[ConsumableUse]:
    """In and out of the lab's stock, the newest first."""
    rows = ConsumableUse.objects.filter(consumable__lab=lab)
    return list(rows.select_related("consumable", "reservation").order_by("-pk")[:SHOWN])
