"""開催の事実: which events of a programme count as held, kept level with who came."""

from django.db import connection
from django.db.models import Count, Q

from lab.events import states
from lab.events.models import Event, HeldFact
from lab.events.rules.held import Candidate, counted
from portal.kernel import outbox

_VISITOR = Q(registrations__attended_on__isnull=False, registrations__is_helper=False)


def held_settle(event: Event) -> None:
    """Tell what has come to count and what counts no more. The event is locked; as the system."""
    group = _group(event)
    events = Event.objects.filter(pk__in=group).exclude(status=states.CANCELLED)
    found = counted(
        Candidate(
            key=row.pk,
            day=row.day,
            visitors=row.visitors,
            programme=None if row.is_advertised_alone else row.programme_id,
        )
        for row in events.annotate(visitors=Count("registrations", filter=_VISITOR))
    )
    standing = HeldFact.objects.filter(event__in=group, takes_back=None, taken_back=None)
    for fact in standing.order_by("pk"):
        if found.get(fact.event_id) == fact.day:
            del found[fact.event_id]
        else:
            _take_back(fact)
    for key, day in sorted(found.items()):
        HeldFact.objects.create(event_id=key, ward_id=event.ward_id, day=day)
        outbox.publish(
            name="lab_event.held",
            subject=key,
            ward_id=event.ward_id,
            payload={"event_id": key, "on": day.isoformat()},
        )


def _group(event: Event) -> list[int]:
    """The events that are judged together; the programme's row is held, because each has its own lock."""
    if event.programme_id is None or event.is_advertised_alone:
        return [event.pk]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM events_programme WHERE id = %s FOR NO KEY UPDATE", [event.programme_id]
        )
    rows = Event.objects.filter(programme_id=event.programme_id, is_advertised_alone=False)
    return list(rows.values_list("pk", flat=True))


def _take_back(fact: HeldFact) -> None:
    HeldFact.objects.create(
        event_id=fact.event_id, ward_id=fact.ward_id, day=fact.day, takes_back=fact
    )
    outbox.publish(
        name="lab_event.held_taken_back",
        subject=fact.event_id,
        ward_id=fact.ward_id,
        payload={"event_id": fact.event_id},
    )
