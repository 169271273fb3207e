"""Registering, answering an offer, cancelling. Every change of a seat holds the event's lock."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lab.booking.services.conditions import ward_of
from lab.booking.services.numbers import six_digits
from lab.events import policies, states
from lab.events.codes import Audience
from lab.events.models import Event, Registration
from lab.events.rules import door
from lab.events.services import notices
from lab.events.services.errors import Full, Refused
from lab.events.services.seats import by_itself, locked, recount, settle
from portal.accounts.models import User
from portal.accounts.roles import FIRM_ROLES
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.texts import digits, plain
from portal.kernel.transitions import ReasonMissing, RoleMissing
from portal.ui.markup import era_date
from programs.models import Firm

# So often one person registers for one event.
MOST_TIMES = 5
ALREADY = gettext_lazy("すでにこの催しに申し込んでいます。「申し込んだ催し」で確かめてください。")
TWICE = gettext_lazy(
    "同じ名前の方が、すでに受付されています。別の方のときは、氏名の後に所属の部署などを付けてください。"
)


def register(*, actor: Actor, event_id: int, wish: str = "") -> Registration:
    """申し込む for oneself: a seat, or a place on the waiting list, at once.

    Raises Event.DoesNotExist, RoleMissing, Refused (not open, not for this firm, registered already).
    """
    if actor.hat != Hat.FIRM or actor.firm_id is None or actor.user_id is None:
        raise RoleMissing
    if not actor.has_role(*FIRM_ROLES):
        raise RoleMissing
    policies.get_event(actor, pk=event_id)
    with acting(actor.elevated()):
        event = locked(event_id)
        _require_open(event)
        firm = Firm.objects.get(pk=actor.firm_id)
        ward = ward_of(firm, event.lab)
        if event.audience == Audience.HOST and ward != event.ward_id:
            raise Refused(
                _(
                    "この催しは、主催する区に事業所のある企業が申し込めます。ほかの催しをご覧ください。"
                )
            )
        _require_few(event, actor.user_id)
        # Whoever waits comes before a newcomer, even where a seat has just become free.
        settle(event, clock.today())
        has_seat = event.free > 0 and not event.waiting
        row = _insert(
            Registration(
                event=event,
                ward_id=event.ward_id,
                firm=firm,
                firm_ward_id=ward,
                person_id=actor.user_id,
                firm_name=firm.name,
                person_name=User.objects.get(pk=actor.user_id).name,
                wish=plain(wish, 300),
            ),
            ALREADY,
        )
        audit.record(actor=actor, action="events.applied", obj=row, detail={"event": event.pk})
        if has_seat:
            _seat(row, by_itself(event))
        recount(event)
        notices.applied(row, event)
    return row


def walk_in(
    *,
    actor: Actor,
    event_id: int,
    name: str,
    firm_name: str = "",
    corporate_number: str = "",
    is_helper: bool = False,
) -> Registration:
    """当日の受付 of somebody without a registration, by staff; with a seat or not at all. Raises Full, Refused."""
    policies.run(actor, event_id)
    if not name.strip():
        raise Refused(_("氏名を入力してください。"))
    with acting(actor.elevated()):
        event = locked(event_id)
        now = clock.database_now()
        if event.status != states.ANNOUNCED:
            raise Refused(_("公開中の催しだけが、当日の受付をできます。"))
        if not door.is_open(starts_at=event.starts_at, ends_at=event.ends_at, at=now):
            raise Refused(
                _("当日の受付は、開始の%(minutes)d分前から終わりまでです。")
                % {"minutes": door.DOORS_OPEN_MINUTES}
            )
        settle(event, clock.to_date(now))
        if not is_helper and event.free < 1:
            raise Full
        firm = _firm(corporate_number)
        row = _insert(
            Registration(
                event=event,
                ward_id=event.ward_id,
                firm=firm,
                firm_ward_id=ward_of(firm, event.lab) if firm else None,
                firm_name=firm.name if firm else plain(firm_name, 200),
                person_name=plain(name, 100),
                is_helper=is_helper,
                is_walk_in=True,
            ),
            TWICE,
        )
        audit.record(actor=actor, action="events.walked_in", obj=row)
        _seat(row, actor)
        recount(event)
    return row


def accept(*, actor: Actor, registration_id: int) -> Registration:
    """案内された席を受ける, until the offer's last day. Raises Registration.DoesNotExist, Refused, StaleState."""
    seen = _own(actor, registration_id)
    with acting(actor.elevated()):
        event = locked(seen.event_id)
        row = Registration.objects.select_for_update().get(pk=seen.pk)
        if row.status == states.OFFERED and row.accept_by and row.accept_by < clock.today():
            raise Refused(
                _("返事の期限が過ぎたため、席は次の方に案内します。ほかの催しをご覧ください。")
            )
        if row.status == states.OFFERED and event.ends_at <= clock.database_now():
            raise Refused(_("この催しは終わりました。ほかの催しをご覧ください。"))
        transitions.apply(table=states.REGISTRATION, instance=row, action="accept", actor=actor)
        recount(event)
        notices.registered(row, event)
    return row


def withdraw(*, actor: Actor, registration_id: int, reason: str = "") -> Registration:
    """取りやめる; the seat goes to whoever waits. Raises Registration.DoesNotExist, Refused, StaleState."""
    seen = _own(actor, registration_id)
    with acting(actor.elevated()):
        event = locked(seen.event_id)
        row = Registration.objects.select_for_update().get(pk=seen.pk)
        if event.starts_at <= clock.database_now():
            raise Refused(
                _(
                    "催しが始まった後は、取りやめられません。来られないときは、ラボに連絡してください。"
                )
            )
        transitions.apply(
            table=states.REGISTRATION,
            instance=row,
            action="withdraw",
            actor=actor,
            reason=reason,
            fields={"reason": plain(reason, 300), "accept_by": None},
        )
        notices.withdrawn(row, event)
        settle(event, clock.today())
    return row


def remove(*, actor: Actor, registration_id: int, reason: str) -> Registration:
    """ラボが申込みを取り消す, with its reason. Raises ReasonMissing, Refused, RoleMissing, StaleState."""
    seen = policies.visible_registrations(actor).get(pk=registration_id)
    policies.run(actor, seen.event_id)
    if not reason.strip():
        raise ReasonMissing
    with acting(actor.elevated()):
        event = locked(seen.event_id)
        row = Registration.objects.select_for_update().get(pk=seen.pk)
        if row.attended_on is not None:
            raise Refused(_("来場した方の申込みは取り消せません。先に来場を訂正してください。"))
        transitions.apply(
            table=states.REGISTRATION,
            instance=row,
            action="remove",
            actor=actor,
            reason=reason,
            fields={"reason": plain(reason, 300), "accept_by": None},
        )
        notices.removed(row, event)
        settle(event, clock.today())
    return row


def _require_open(event: Event) -> None:
    """Raises Refused with what to do instead."""
    today = clock.today()
    if event.status != states.ANNOUNCED or event.starts_at <= clock.database_now():
        raise Refused(_("この催しは、申込みを受け付けていません。ほかの催しをご覧ください。"))
    if today < event.opens_on:
        raise Refused(
            _("申込みは%(day)sからです。その日になったら、もう一度開いてください。")
            % {"day": era_date(event.opens_on)}
        )
    if today > event.closes_on:
        raise Refused(
            _(
                "申込みは終わりました。空きがあれば当日に受け付けます。ラボ（%(contact)s）に確かめてください。"
            )
            % {"contact": event.contact}
        )


def _require_few(event: Event, person_id: int) -> None:
    """Registering and withdrawing by turns fills lists and mailboxes. Raises Refused."""
    if Registration.objects.filter(event=event, person_id=person_id).count() >= MOST_TIMES:
        raise Refused(
            _(
                "この催しには、もう%(n)d回申し込んでいます。参加するときは、ラボ（%(contact)s）に連絡してください。"
            )
            % {"n": MOST_TIMES, "contact": event.contact}
        )


def _insert(row: Registration, refusal: object) -> Registration:
    """The row with a number that nobody of the event has. Raises Refused."""
    taken = set(Registration.objects.filter(event=row.event).values_list("code", flat=True))
    row.code = six_digits(taken.__contains__)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(refusal) from error
    return row


def _seat(row: Registration, actor: Actor) -> None:
    transitions.apply(table=states.REGISTRATION, instance=row, action="register", actor=actor)


def _firm(corporate_number: str) -> Firm | None:
    number = digits(corporate_number)
    if not number:
        return None
    found = Firm.objects.filter(corporate_number=number, is_active=True).first()
    if found is None:
        raise Refused(
            _(
                "この法人番号の企業は登録されていません。番号を空欄にして、企業・所属の名前だけで受け付けてください。"
            )
        )
    return found


def _own(actor: Actor, registration_id: int) -> Registration:
    """The firm's registration, for the person. Raises Registration.DoesNotExist, RoleMissing, Refused."""
    row = policies.visible_registrations(actor).get(pk=registration_id)
    if actor.hat != Hat.FIRM:
        raise RoleMissing
    if row.person_id != actor.user_id:
        raise Refused(_("申し込んだご本人が行ってください。"))
    return row
