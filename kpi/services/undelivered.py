"""Facts that should be there and are not: events of a change whose handler was given up, or is overdue.

A fact follows its event (docs/adr/0050-recounting.md). The event stands in the transaction of the change, so
that what is not a fact yet is still here; the nightly check says so, because a recount of the facts
there are would find nothing wrong.
"""

import datetime as dt
from collections import Counter

from django.db.models import Q

from portal.kernel.models import HandledEvent, OutboxEvent
from portal.kernel.outbox import registered

# By then every retry of a passing fault is over.
PATIENCE = dt.timedelta(hours=1)


def counted_events() -> set[str]:
    """Names of the events that a fact follows; mails and letters are other events' business."""
    return set(_ours().values())


def _ours() -> dict[str, str]:
    return {name: one.event for name, one in registered().items() if name.startswith("kpi.")}


def undelivered(*, now: dt.datetime) -> list[str]:
    """「kpi.grant_decided 2」 for each handler of the figures that owes facts. Three queries."""
    ours = _ours()
    late = Q(closed_at=None, created_at__lt=now - PATIENCE)
    given_up = Q(failures__given_up_at__isnull=False, failures__handler__in=ours)
    events = OutboxEvent.objects.filter(late | given_up, name__in=set(ours.values())).distinct()
    found = dict(events.values_list("pk", "name"))
    done = set(
        HandledEvent.objects.filter(event__in=found, handler__in=ours).values_list(
            "event_id", "handler"
        )
    )
    owed = Counter(
        handler
        for event, name in found.items()
        for handler, of in ours.items()
        if of == name and (event, handler) not in done
    )
    return [f"{handler} {count}" for handler, count in sorted(owed.items())]
