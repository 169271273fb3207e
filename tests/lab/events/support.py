"""What the tests of events share: rows read again, events told, acts as somebody."""

from portal.kernel.database import acting
from portal.kernel.models import OutboxEvent


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def told(name):
    rows = OutboxEvent.objects.filter(name=f"lab_event.{name}").order_by("created_at", "pk")
    return [row.payload for row in rows]


def acts(actor, act, **given):
    with acting(actor):
        return act(actor=actor, **given)
