"""出展: a vendor applies for a slot or is given one; staff decide, on the record."""

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lab.events import policies, states
from lab.events.models import Event, Slot, SlotApplicant
from lab.events.rules import vendors
from lab.events.services import notices
from lab.events.services.errors import Refused
from lab.events.services.seats import locked
from portal.accounts.roles import FIRM_ROLES
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.texts import plain
from portal.kernel.transitions import ReasonMissing, RoleMissing

# So often one firm asks for a slot of one event.
MOST_TIMES = 5


@dataclass(frozen=True, slots=True)
class Offer:
    """What a vendor wants to show. `conflict`: what binds it to the ward, the lab or its advisors."""

    vendor: str
    product: str
    summary: str
    contact_name: str
    contact: str
    conflict: str = ""


def slot_apply(*, actor: Actor, event_id: int, offer: Offer) -> Slot:
    """出展を申し込む as a firm. Raises Event.DoesNotExist, RoleMissing, Refused."""
    if actor.hat != Hat.FIRM or actor.firm_id is None or not actor.has_role(*FIRM_ROLES):
        raise RoleMissing
    policies.get_event(actor, pk=event_id)
    with acting(actor.elevated()):
        event = locked(event_id)
        if event.status != states.ANNOUNCED or not event.slots:
            raise Refused(_("この催しは、出展を募集していません。"))
        if clock.today() > event.closes_on:
            raise Refused(_("出展の申込みは終わりました。ラボに連絡してください。"))
        _require_first(event, actor.firm_id)
        slot = _insert(event, offer, firm_id=actor.firm_id, person_id=actor.user_id)
        audit.record(actor=actor, action="events.slot_applied", obj=slot)
    return slot


def slot_give(*, actor: Actor, event_id: int, offer: Offer, reason: str = "") -> Slot:
    """枠を割り当てる to a vendor that asked outside the portal. Raises Refused, ReasonMissing, RoleMissing."""
    policies.run(actor, event_id)
    with acting(actor.elevated()):
        event = locked(event_id)
        if event.status not in (states.DRAFT, states.ANNOUNCED):
            raise Refused(_("終わった催し、中止した催しには、枠を割り当てられません。"))
        slot = _insert(event, offer)
        _approve(actor, event, slot, reason)
    return slot


def slot_decide(*, actor: Actor, slot_id: int, action: str, reason: str = "") -> Slot:
    """認める・見送る. Raises Refused where no slot is left or the vendor has had its share, ReasonMissing."""
    seen = policies.visible_slots(actor).get(pk=slot_id)
    policies.run(actor, seen.event_id)
    if action not in {"approve", "decline"}:
        raise Refused(_("選び直してください。"))
    with acting(actor.elevated()):
        event = locked(seen.event_id)
        slot = Slot.objects.select_for_update(of=("self",)).get(pk=seen.pk)
        if action == "approve":
            _approve(actor, event, slot, reason)
        else:
            if not reason.strip():
                raise ReasonMissing
            transitions.apply(
                table=states.SLOT,
                instance=slot,
                action="decline",
                actor=actor,
                reason=reason,
                fields={"reason": plain(reason, 300)},
            )
        notices.slot_decided(slot, event)
    return slot


def slot_withdraw(*, actor: Actor, slot_id: int) -> Slot:
    """出展を取り下げる, by the firm. Raises Slot.DoesNotExist, RoleMissing, StaleState."""
    if actor.hat != Hat.FIRM:
        raise RoleMissing
    seen = policies.visible_slots(actor).get(pk=slot_id)
    with acting(actor.elevated()):
        event = locked(seen.event_id)
        if event.starts_at <= clock.database_now():
            raise Refused(_("始まった催しの出展は取り下げられません。ラボに連絡してください。"))
        slot = Slot.objects.select_for_update().get(pk=seen.pk)
        transitions.apply(table=states.SLOT, instance=slot, action="withdraw", actor=actor)
    return slot


def _require_first(event: Event, firm_id: int) -> None:
    """One slot for a firm, under whatever name, and not asked for without end. Raises Refused."""
    rows = Slot.objects.filter(event=event, applicant__firm_id=firm_id)
    if rows.count() >= MOST_TIMES:
        raise Refused(
            _(
                "この催しの出展には、もう%(n)d回申し込んでいます。ラボ（%(contact)s）に連絡してください。"
            )
            % {"n": MOST_TIMES, "contact": event.contact}
        )
    if rows.filter(status__in=states.STANDING).exists():
        raise Refused(
            _(
                "この催しには、すでに出展を申し込んでいます。1社1枠です。内容を変えるときは、先の申込みを取り下げてください。"
            )
        )


def _insert(
    event: Event, offer: Offer, *, firm_id: int | None = None, person_id: int | None = None
) -> Slot:
    key = vendors.key(offer.vendor)
    if not key:
        raise Refused(_("出展者の名前を入力してください。"))
    try:
        with transaction.atomic():
            slot = Slot.objects.create(
                event=event,
                ward_id=event.ward_id,
                vendor=plain(offer.vendor, 100),
                vendor_key=key[:100],
                product=plain(offer.product, 100),
                summary=plain(offer.summary, 300),
            )
    except IntegrityError as error:
        raise Refused(_("この出展者は、すでにこの催しに申し込んでいます。1社1枠です。")) from error
    SlotApplicant.objects.create(
        slot=slot,
        ward_id=event.ward_id,
        firm_id=firm_id,
        person_id=person_id,
        contact_name=plain(offer.contact_name, 100),
        contact=plain(offer.contact, 200),
        conflict=plain(offer.conflict, 300),
    )
    return slot


def _approve(actor: Actor, event: Event, slot: Slot, reason: str) -> None:
    """Raises Refused, ReasonMissing. The event is locked: its slots are counted by one at a time."""
    if event.status in (states.ENDED, states.CANCELLED) or event.ends_at <= clock.database_now():
        raise Refused(_("終わった催しの出展は認められません。理由を書いて見送ってください。"))
    approved = Slot.objects.filter(event=event, status=states.APPROVED).count()
    if approved >= event.slots:
        raise Refused(
            _("出展の枠（%(slots)d）は埋まっています。催しの枠を増やすか、見送ってください。")
            % {"slots": event.slots}
        )
    if _this_year(event, slot) >= vendors.MOST_A_YEAR:
        raise Refused(
            _(
                "この出展者は、この年度に%(most)d回出展しています。ほかの出展者に機会を譲ってください。"
            )
            % {"most": vendors.MOST_A_YEAR}
        )
    if slot.applicant.conflict and not reason.strip():
        raise Refused(
            _(
                "区・相談員との関係が申告されています。認める理由（どう公平を保つか）を書いてください。"
            )
        )
    transitions.apply(
        table=states.SLOT,
        instance=slot,
        action="approve",
        actor=actor,
        reason=reason,
        fields={"reason": plain(reason, 300)},
        detail={"vendor": slot.vendor, "conflict": bool(slot.applicant.conflict)},
    )


def _this_year(event: Event, slot: Slot) -> int:
    """Slots of the vendor in the host ward's events of the fiscal year: of its name, or of its firm."""
    year = clock.fiscal_year(event.day)
    first, last = clock.fiscal_year_bounds(year)
    same = Q(vendor_key=slot.vendor_key)
    if slot.applicant.firm_id is not None:
        same |= Q(applicant__firm_id=slot.applicant.firm_id)
    rows = Slot.objects.filter(same, ward_id=event.ward_id, status=states.APPROVED)
    return rows.filter(
        event__starts_at__gte=clock.midnight(first),
        event__starts_at__lt=clock.midnight(last + dt.timedelta(days=1)),
    ).count()
