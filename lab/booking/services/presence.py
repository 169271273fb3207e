"""立会い: who of the staff stands by, and whether that person is free then."""

from collections.abc import Sequence

from django.db import connection
from django.utils.translation import gettext as _

from lab.booking import states
from lab.booking.models import Booking, Lab, Machine
from lab.booking.rules import presence
from lab.booking.rules.hours import Span
from lab.booking.services.errors import Refused
from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.kernel import clock

STANDING = (states.APPROVED, states.IN_USE)


def people_of(lab: Lab) -> list[User]:
    """Who works in the labs of the ward today, by name. As the system."""
    held = Assignment.objects.held_on(clock.today()).filter(
        role=Role.LAB_STAFF, ward_id=lab.ward_id
    )
    rows = User.objects.filter(pk__in=held.values("user_id"), is_active=True)
    return list(rows.order_by("name", "pk"))


def required(
    machines: Sequence[Machine], span: Span, *, person_id: int | None, besides: int | None = None
) -> dict[str, object]:
    """What is written of who stands by: nobody where no machine asks for it. Raises Refused where nobody
    was chosen, or that person stands by elsewhere at the same time. `besides` is the booking itself.
    """
    asking = [machine for machine in machines if machine.needs_supervisor]
    if not asking:
        return {}
    lab = asking[0].lab
    person = next((item for item in people_of(lab) if item.pk == person_id), None)
    if person is None:
        raise Refused(_("立会いが必要な設備です。立ち会う職員を選んでください。"))
    _lock(person.pk)
    rooms = {presence.room_of(machine.lab_id, machine.place) for machine in asking}
    duty = presence.clash(span, rooms, _duties(person.pk, span, besides))
    if duty is not None:
        begin, end = (at.astimezone(clock.TOKYO) for at in (duty.span.start, duty.span.end))
        raise Refused(
            _(
                "%(name)sさんは、%(from)s〜%(until)sに別の場所で立ち会います。ほかの職員を選ぶか、時間を変えてもらってください。"
            )
            % {"name": person.name, "from": f"{begin:%H:%M}", "until": f"{end:%H:%M}"}
        )
    return {"supervisor": person.name[:100], "supervised_by": person}


def _duties(person_id: int, span: Span, besides: int | None) -> list[presence.Duty]:
    """Where else the person stands by meanwhile, in whichever lab; one query."""
    rows = Booking.objects.filter(
        reservation__supervised_by=person_id,
        reservation__status__in=STANDING,
        machine__needs_supervisor=True,
        released_at=None,
        starts_at__lt=span.end,
        ends_at__gt=span.start,
    ).exclude(reservation=besides or 0)
    found: dict[int, tuple[Span, set[presence.Room]]] = {}
    for row in rows.select_related("machine").order_by("starts_at", "pk"):
        _span, rooms = found.setdefault(
            row.reservation_id, (Span(row.starts_at, row.ends_at), set())
        )
        rooms.add(presence.room_of(row.machine.lab_id, row.machine.place))
    return [presence.Duty(when, frozenset(rooms)) for when, rooms in found.values()]


def _lock(person_id: int) -> None:
    """Two decisions at once must not send one person to two rooms."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('booking.presence', %s))", [person_id]
        )
