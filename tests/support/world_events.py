"""ラボの催し in the small world: the canary has been at an event, and shows something there."""

SUMIDA = 13107


def build(firm, people):
    """What the room's pages show."""
    from lab.events.models import Material
    from lab.events.services import showcase
    from portal.accounts.models import User
    from portal.accounts.roles import Role
    from portal.kernel.actor import Actor, Hat
    from portal.kernel.database import acting
    from tests.factories import booking, lab_events
    from tests.factories import subsidies as make
    from tests.support.world_papers import put_bytes

    owner = Actor(people["owner"], "owner", Hat.FIRM, frozenset({Role.FIRM_OWNER}), firm_id=firm.pk)
    staff = booking.staff(user=User.objects.get(pk=people["lab_staff"]))
    lab = booking.make_lab()
    event = lab_events.announced(staff, lab, slots=2)
    with acting(owner):
        offer = lab_events.offer(vendor="展示の会社", contact_name=firm.name)
        slot = showcase.slot_apply(actor=owner, event_id=event.pk, offer=offer)
    row = lab_events.register(owner, event)
    event = lab_events.going_on(event)
    lab_events.come(event, row)
    stored = make.make_file(firm_id=None, ward_id=SUMIDA)
    put_bytes(stored)
    material = Material.objects.create(
        event=event, title="配布資料", stored_file=stored, added_by_id=people["lab_staff"]
    )
    return {
        "lab": lab, "event": event, "row": row, "slot": slot, "material": material, "owner": owner,
    }  # fmt: skip


def arguments(short, world):
    """Arguments that lead to the canary's registration and to the event."""
    from lab.events import ical
    from lab.events.services.attendance import door_token

    event, owner = world["event"], world["owner"]
    if short in {"events", "mine", "home", "calendar_new"}:
        return []
    if short in {"event_new", "programmes"}:
        return [world["lab"].public_id]
    if short in {"registration", "accept", "withdraw", "remove"}:
        return [world["row"].public_id]
    if short in {"slot", "slot_withdraw"}:
        return [world["slot"].public_id]
    if short in {"material", "material_remove"}:
        return [world["material"].pk]
    table = {
        "ics": [ical.address(owner.firm_id, owner.user_id).rsplit("/", 1)[1].removesuffix(".ics")],
        "door": [event.door],
        "enter": [door_token(event)],
        "act": [event.public_id, "cancel"],
    }
    return table.get(short, [event.public_id])
