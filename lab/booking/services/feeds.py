"""Private addresses of calendars: given another one, the old one stops at once."""

from lab.booking.models.feeds import Feed
from lab.booking.services.office import run_lab
from portal.kernel import audit
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing


def number_of(kind: str, place: int, person_id: int) -> int:
    """Under which number the newest address of that calendar was given out."""
    with acting(Actor.system("booking.calendar")):
        rows = Feed.objects.filter(kind=kind, place=place, person_id=person_id)
        return rows.values_list("number", flat=True).first() or 0


def require(number: list[int], *, kind: str, place: int, person_id: int) -> None:
    """Raises ValueError for an address that was given out before the newest. `number` as it stands there."""
    if (number or [0])[0] != number_of(kind, place, person_id):
        raise ValueError


def renew(*, actor: Actor, kind: str, place: int) -> None:
    """新しいアドレスにする, for one's own calendar. Raises RoleMissing, Lab.DoesNotExist."""
    if kind == Feed.Kind.LAB:
        run_lab(actor, place)
    elif actor.hat != Hat.FIRM or actor.firm_id != place:
        raise RoleMissing
    if actor.user_id is None:
        raise RoleMissing
    with acting(actor.elevated()):
        made, _new = Feed.objects.get_or_create(kind=kind, place=place, person_id=actor.user_id)
        row = Feed.objects.select_for_update(no_key=True).get(pk=made.pk)
        row.number += 1
        row.save(update_fields=["number"])
        audit.record(
            actor=actor,
            action="booking.calendar_renewed",
            obj=row,
            ward_id=actor.ward_id,
            detail={"kind": kind},
        )
