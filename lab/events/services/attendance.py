"""来場: by the number at the door, by the door's QR code on a phone, by list. Nothing is overwritten.

A coming is a fact (`lab_event.attended`, 3-KSI), and the first one from outside makes the event held
(`lab_event.held`, 3-OP1); both are told in the transaction in which they happen.
"""

import datetime as dt
from collections.abc import Collection, Mapping

from django.core import signing
from django.utils.translation import gettext as _

from lab.events import policies, states
from lab.events.codes import Way
from lab.events.models import Attendance, Event, Registration
from lab.events.rules import door
from lab.events.services import facts
from lab.events.services.errors import Refused
from lab.events.services.seats import locked
from portal.kernel import audit, clock, outbox
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.texts import digits, plain
from portal.kernel.transitions import RoleMissing

SALT = "events.door"
# A picture of the code that is sent to somebody at home is worth this long.
DOOR_SECONDS = 15 * 60


def door_token(event: Event) -> str:
    """What the door's QR code says: it proves being there, for some minutes."""
    return signing.dumps(event.pk, salt=SALT)


def event_of(token: str) -> int:
    """The event of a door's code. Raises Refused for an old one, signing.BadSignature for none of ours."""
    try:
        return int(signing.loads(token, salt=SALT, max_age=DOOR_SECONDS))
    except signing.SignatureExpired as error:
        raise Refused(
            _("このQRコードは古くなりました。受付の画面をもう一度読み取ってください。")
        ) from error


def check_in_code(*, actor: Actor, event_id: int, code: str) -> Registration:
    """受付番号 typed at the door, by whoever stands there. `actor` is the door itself. Raises Refused."""
    number = digits(code)[:6]
    with acting(actor.elevated()):
        event = locked(event_id)
        row = Registration.objects.select_for_update().filter(event=event, code=number).first()
        if row is None:
            raise Refused(_unknown(event, number))
        _admit(actor, event, row, Way.CODE)
    return row


def check_in_phone(*, actor: Actor, token: str) -> Registration:
    """The door's QR code, read by the person's phone. Raises Refused, RoleMissing, signing.BadSignature."""
    if actor.hat != Hat.FIRM or actor.user_id is None or actor.firm_id is None:
        raise RoleMissing
    event_id = event_of(token)
    with acting(actor.elevated()):
        event = locked(event_id)
        rows = Registration.objects.select_for_update().filter(
            event=event, person_id=actor.user_id, firm_id=actor.firm_id
        )
        row = rows.order_by("-pk").first()
        if row is None:
            raise Refused(
                _(
                    "この催しに申し込んでいません。受付の職員に声をかけてください。空きがあれば参加できます。"
                )
            )
        _admit(actor, event, row, Way.QR)
    return row


def record_list(*, actor: Actor, event_id: int, marks: Mapping[int, bool], reason: str = "") -> int:
    """By list: registration → came or not. Unchanged rows stay; a changed one is a correction and needs the
    reason. Somebody without a record who did not come gets none. Returns how many rows were written.

    Raises Event.DoesNotExist, RoleMissing, Refused.
    """
    policies.run(actor, event_id)
    with acting(actor.elevated()):
        event = locked(event_id)
        if event.status not in (states.ANNOUNCED, states.ENDED):
            raise Refused(_("公開していない催し、中止した催しの来場は記録できません。"))
        if clock.database_now() < door.opens_at(event.starts_at):
            raise Refused(_too_early())
        rows = Registration.objects.select_for_update().filter(
            event=event, status=states.REGISTERED, pk__in=marks
        )
        known = current(event, list(marks))
        written = 0
        for row in rows.order_by("pk"):
            written += _mark(actor, event, row, known.get(row.pk), marks[row.pk], reason)
        if written:
            facts.held_settle(event)
    return written


def current(event: Event, keys: Collection[int]) -> dict[int, Attendance]:
    """The record of each registration that holds."""
    rows = Attendance.objects.filter(registration__event=event, registration__in=keys)
    return {row.registration_id: row for row in rows.filter(replaced_by=None)}


def _mark(
    actor: Actor, event: Event, row: Registration, known: Attendance | None, came: bool, reason: str
) -> int:
    if (known is None and not came) or (known is not None and known.is_present == came):
        return 0
    if known is not None and not reason.strip():
        raise Refused(
            _("%(name)sさんの来場は記録済みです。直すときは、訂正の理由を書いてください。")
            % {"name": row.person_name}
        )
    _write(actor, event, row, came, Way.LIST, known, reason)
    return 1


def _admit(actor: Actor, event: Event, row: Registration, way: Way) -> None:
    """Let in whoever has a seat, once. Raises Refused."""
    if event.status == states.CANCELLED:
        raise Refused(_("この催しは中止になりました。理由：%(reason)s") % {"reason": event.reason})
    if row.status != states.REGISTERED:
        raise Refused(_no_seat(row))
    known = current(event, [row.pk]).get(row.pk)
    if known is not None and known.is_present:
        at = known.recorded_at.astimezone(clock.TOKYO)
        raise Refused(
            _("%(at)sに受付済みです。もう一度受け付ける必要はありません。") % {"at": f"{at:%H:%M}"}
        )
    if known is not None:
        raise Refused(_("来場の記録が訂正されています。受付の職員に声をかけてください。"))
    now = clock.database_now()
    if not door.is_open(starts_at=event.starts_at, ends_at=event.ends_at, at=now):
        raise Refused(_closed(event, now))
    _write(actor, event, row, True, way, None, "")
    facts.held_settle(event)


def _write(
    actor: Actor,
    event: Event,
    row: Registration,
    came: bool,
    way: Way,
    known: Attendance | None,
    reason: str,
) -> None:
    """The record, what it changes in the registration, and the fact. The event is locked."""
    made = Attendance.objects.create(
        registration=row,
        is_present=came,
        day=event.day,
        way=way,
        replaces=known,
        reason=plain(reason, 300) if known else "",
        recorded_by_id=actor.user_id,
    )
    row.attended_on = event.day if came else None
    row.save(update_fields=["attended_on"])
    if not row.is_helper:
        _tell(event, row, made, known)
    audit.record(
        actor=actor,
        action="events.attendance_corrected" if known else "events.attended",
        obj=row,
        reason=made.reason,
        changes={"came": [known.is_present, came]} if known else None,
        detail={"way": way},
    )


def _tell(event: Event, row: Registration, made: Attendance, known: Attendance | None) -> None:
    """Who came on which day; or that it was not so. Staff and vendors on duty are no visitors."""
    if made.is_present:
        outbox.publish(
            name="lab_event.attended",
            subject=made.pk,
            ward_id=event.ward_id,
            payload={
                "attendance_id": made.pk,
                "person_id": row.person_id,
                "firm_id": row.firm_id,
                "on": made.day.isoformat(),
            },
        )
    elif known is not None:
        outbox.publish(
            name="lab_event.attendance_taken_back",
            subject=known.pk,
            ward_id=event.ward_id,
            payload={"attendance_id": known.pk},
        )


def _unknown(event: Event, number: str) -> str:
    """Nobody of this event has the number; perhaps somebody of another."""
    day = dt.timedelta(days=1)
    others = Registration.objects.filter(
        code=number,
        ward_id=event.ward_id,
        event__starts_at__gt=event.starts_at - day,
        event__starts_at__lt=event.starts_at + day,
    )
    if number and others.exclude(event=event).exists():
        return _("この番号は、ほかの催しの受付番号です。会場を確かめてください。")
    return _("この番号の申込みは見つかりません。数字を確かめるか、職員に声をかけてください。")


def _no_seat(row: Registration) -> str:
    if row.status == states.WAITING:
        return _("まだキャンセル待ちです。空きがあれば職員が受け付けます。声をかけてください。")
    if row.status == states.OFFERED:
        return _("席の案内に返事がまだです。「申し込んだ催し」で「参加する」を選んでください。")
    return _("この申込みは「%(state)s」です。受付の職員に声をかけてください。") % {
        "state": row.state.label
    }


def _closed(event: Event, now: dt.datetime) -> str:
    if now > event.ends_at:
        return _("この催しは終わりました。来場していた方は、職員に伝えてください。")
    return _too_early()


def _too_early() -> str:
    return _("受付は、開始の%(minutes)d分前からです。") % {"minutes": door.DOORS_OPEN_MINUTES}
