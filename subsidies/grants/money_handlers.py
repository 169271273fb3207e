"""What follows the money: the payment's letter, notices. Loaded by handlers.py, run by a worker."""

import datetime as dt
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from portal.kernel import clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.models import OutboxEvent
from portal.kernel.money import format_yen
from portal.kernel.texts import filled
from portal.notices.services import notify
from subsidies import mails, people, topics
from subsidies.grants.models import Hearing, Payment
from subsidies.grants.services.paid_letters import payment_letter_make
from subsidies.grants.services.recovery_letters import charges_letter_make, hearing_letter_make
from subsidies.grants.telling import SYSTEM, day, grant_of, tell_firm, tell_officials
from subsidies.models import Grant


@outbox.handles("subsidies.grant_paid", name="grants.payment_letter")
def tell_paid(event: OutboxEvent) -> None:
    """支払通知書, then the notice that points to it."""
    payments = Payment.objects.filter(kind=Payment.Kind.FINAL)
    _tell_payment(event, payments.get(grant_id=event.payload["grant_id"]))


@outbox.handles("subsidies.advance_paid", name="grants.advance_letter")
def tell_advance(event: OutboxEvent) -> None:
    """The same for 概算払."""
    _tell_payment(event, Payment.objects.get(pk=event.payload["payment_id"]))


def _tell_payment(event: OutboxEvent, payment: Payment) -> None:
    actor = Actor.system(SYSTEM, ward_id=payment.ward_id)
    payment_letter_make(actor=actor, payment_id=payment.pk)
    notify(
        event_key=f"{event.pk}",
        recipients=people.firm_people(payment.firm_id),
        url=f"/filings/{payment.filing.public_id}/claim/",
        **_paid_words(payment),
    )


def _paid_words(payment: Payment) -> dict[str, Any]:
    """What the firm reads; the scheme's own words are those of the last payment."""
    number = payment.grant.receipt_no
    body = filled(
        _("%(day)sに%(yen)sを振り込みました。支払通知書をご確認ください。"),
        day=day(payment.paid_on),
        yen=_yen(payment.yen),
    )
    if payment.kind == Payment.Kind.ADVANCE:
        subject = filled(_("概算払が支払われました（%(number)s）"), number=number)
        return {"subject": subject, "body": body, "topic": topics.DECISION}
    return mails.told(
        payment.grant.application,
        "grant_paid",
        subject=filled(_("補助金が支払われました（%(number)s）"), number=number),
        body=body,
        topic=topics.DECISION,
        amount=payment.yen,
        paid_on=payment.paid_on,
    )


@outbox.handles("grants.hearing_asked", name="grants.notice_hearing")
def tell_hearing(event: OutboxEvent) -> None:
    """弁明の機会の付与通知書, then the notice: what is held against the firm, and until when it may
    answer.
    """
    hearing = Hearing.objects.get(pk=event.payload["hearing_id"])
    hearing_letter_make(actor=Actor.system(SYSTEM, ward_id=hearing.ward_id), hearing_id=hearing.pk)
    tell_firm(
        event,
        grant_of(hearing.grant_id),
        _("交付決定の取消について、ご説明をお願いします（%(number)s）"),
        filled(_("%(day)sまでに弁明を提出できます。"), day=day(hearing.due_on)),
        hearing.facts,
        url=f"/hearings/{hearing.pk}/",
    )


@outbox.handles("grants.hearing_stated", name="grants.notice_stated")
def tell_stated(event: OutboxEvent) -> None:
    """The official in charge goes on."""
    grant = _grant(event)
    tell_officials(
        event,
        grant,
        people.in_charge(grant.application, clock.to_date(event.created_at)),
        _("弁明が提出されました（%(number)s）"),
        _("%(firm)sから提出されました。"),
        url=f"/staff/grants/{grant.receipt_no}/revocation/",
    )


@outbox.handles("grants.recovery_charged", name="grants.charges_letter")
def tell_charged(event: OutboxEvent) -> None:
    """違約加算金・延滞金確定通知書, then the notice that points to it."""
    grant = _grant(event)
    charges_letter_make(
        actor=Actor.system(SYSTEM, ward_id=grant.ward_id),
        recovery_id=event.payload["recovery_id"],
        fixed_on=dt.date.fromisoformat(event.payload["fixed_on"]),
        at=event.created_at,
    )
    tell_firm(
        event,
        grant,
        _("違約加算金・延滞金の額が決まりました（%(number)s）"),
        _("額と計算の内訳は、通知書をご確認ください。"),
    )


@outbox.handles("grants.recovery_settled", name="grants.notice_recovered")
def tell_recovered(event: OutboxEvent) -> None:
    """The firm owes nothing any more."""
    tell_firm(
        event,
        _grant(event),
        _("返還が終わりました（%(number)s）"),
        _("返還していただく額は残っていません。"),
    )


def _grant(event: OutboxEvent) -> Grant:
    return grant_of(event.payload["grant_id"])


# Written out in the reader's language.
_yen = lazy(format_yen, str)
