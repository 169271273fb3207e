"""A lab in the small world: the canary has booked, waits, has tried a machine and written about it."""

SUMIDA = 13107


def build(firm, people):
    """The lab with a machine, the canary's bookings, and what hangs on them."""
    from lab.booking.models import (
        Certificate,
        Closure,
        Consumable,
        Maintenance,
        TrialReport,
        Turn,
        Visit,
    )
    from lab.booking.services import photos
    from portal.accounts.models import User
    from portal.accounts.roles import Role
    from portal.kernel import clock
    from portal.kernel.actor import Actor, Hat
    from tests.factories import booking
    from tests.kernel.files import corpus

    owner = Actor(people["owner"], "owner", Hat.FIRM, frozenset({Role.FIRM_OWNER}), firm_id=firm.pk)
    staff = booking.staff(user=User.objects.get(pk=people["lab_staff"]))
    lab = booking.make_lab()
    machine = booking.make_machine(lab, needs_approval=True)
    booking.fees(lab, machine)
    booking.agree(owner, lab)
    photo = photos.keep(machine, corpus.photo_with_place(), "白い箱形の3Dプリンター", None)
    row = booking.book(owner, machine)
    done = booking.book(owner, booking.make_machine(lab), span=booking.on(4))
    trial = TrialReport.objects.create(
        reservation=done, ward_id=SUMIDA, firm=firm, machine_names=machine.name, outcome="worked",
        wish="buy", problem="手書き", tried="試した", person_id=people["owner"], may_prefill=True,
    )  # fmt: skip
    span = booking.on(5)
    turn = Turn.objects.create(
        lab=lab, ward_id=SUMIDA, firm=firm, firm_ward_id=SUMIDA, person_id=people["owner"],
        starts_at=span.start, ends_at=span.end, purpose="trial",
    )  # fmt: skip
    turn.machines.set([machine])
    today = clock.today()
    certificate = Certificate.objects.create(
        machine=machine, ward_id=SUMIDA, firm=firm, person_id=people["owner"], person_name="社員",
        firm_name=firm.name, granted_on=today, expires_on=today,
    )  # fmt: skip
    visit = Visit.objects.create(
        lab=lab, ward_id=SUMIDA, firm=firm, firm_ward_id=SUMIDA, person_id=people["owner"],
        who=f"u{people['owner']}", person_name="社員", firm_name=firm.name, day=today,
        at=clock.now(), way="booking", purpose="trial", reservation=done,
    )  # fmt: skip
    incident = _incident(machine, staff)
    Consumable.objects.create(lab=lab, ward_id=SUMIDA, name="フィラメント", unit="本", stock=1)
    closure = Closure.objects.create(
        lab=lab, starts_at=booking.on(40).start, ends_at=booking.on(40).end, reason="点検"
    )
    upkeep = Maintenance.objects.create(
        machine=machine, starts_at=booking.on(41).start, ends_at=booking.on(41).end, reason="点検"
    )
    return {
        "lab": lab, "upkeep": upkeep, "machine": machine, "row": row, "trial": trial, "turn": turn,
        "certificate": certificate, "visit": visit, "incident": incident, "closure": closure,
        "owner": owner, "photo": photo,
    }  # fmt: skip


def _incident(machine, staff):
    from lab.booking.models import Incident
    from portal.kernel import clock

    return Incident.objects.create(
        machine=machine, ward_id=SUMIDA, weight="note", what="異音", happened_at=clock.now(),
        written_by_id=staff.user_id,
    )  # fmt: skip


def arguments(short, world):
    """Arguments that lead to the canary's booking, and to the lab."""
    from lab.booking import ical
    from lab.booking.views.entering import door_token

    if short in {"labs", "mine", "home", "utilisation", "calendar_new"}:
        return []
    if short == "book":
        return []
    owner, row = world["owner"], world["row"]
    if short in {"reservation", "cancel", "move", "accept", "trial", "desk", "use"}:
        return [row.public_id]
    if short in {
        "machine",
        "machine_edit",
        "machine_stop",
        "machine_resume",
        "maintenance",
        "photo_edit",
    }:
        return [world["machine"].public_id]
    table = {
        "photo": [world["machine"].public_id, world["photo"].digest],
        "ics": [
            ical.address("f", owner.firm_id, owner.user_id).rsplit("/", 1)[1].removesuffix(".ics")
        ],
        "kiosk": [world["lab"].kiosk],
        "enter": [door_token(world["lab"])],
        "leave": [world["turn"].pk],
        "trial_result": [world["trial"].public_id],
        "trial_consent": [world["trial"].public_id],
        "act": [row.public_id, "approve"],
        "maintenance_remove": [world["upkeep"].pk],
        "closure_remove": [world["closure"].pk],
        "visit_take_back": [world["visit"].pk],
        "certificate_withdraw": [world["certificate"].pk],
        "incident_close": [world["incident"].pk],
    }
    return table.get(short, [world["lab"].public_id])
