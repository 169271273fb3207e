"""A mail that came back, an address that is mended, a person who is told by telephone or letter."""

import datetime as dt
import uuid
from enum import StrEnum

from django.db import transaction
from django.db.models import Model
from django.dispatch import Signal

from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.audit import record
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing, StaleState
from portal.notices.models import APP, DeadAddress, Notice, SentMail
from portal.notices.rules import bounces
from portal.notices.selectors import untold
from portal.notices.services import marking

SYSTEM = "notices.addresses"
# What waited longer than this is old news; it can be read in the portal.
SEND_AGAIN_DAYS = 60
# Reports come within days. Addresses without an account are forgotten after this, and so is a flag.
STRANGER_DAYS, FLAG_DAYS = 60, 365
# A mail has come back (mail_id): rooms with mails of their own note it there.
came_back = Signal()


class Taken(StrEnum):
    """What became of a message from the mail server."""

    NO_REPORT = "no report of a failure with our mark"
    FORGED = "the mark is not ours"
    UNKNOWN = "no such mail is kept"
    NOTED = "noted; the address stays in use"
    OLD = "the person has another address by now"
    FLAGGED = "the address takes no more mail"


def bounce_take(*, raw: bytes, now: dt.datetime) -> Taken:
    """Take a report of RFC 3464. Taking it twice changes nothing. As the system."""
    report = bounces.read(raw)
    if report is None:
        return Taken.NO_REPORT
    if not marking.is_ours(report.mail_id, report.mark):
        return Taken.FORGED
    with transaction.atomic():
        rows = SentMail.objects.select_for_update(of=("self",)).select_related("recipient")
        mail = rows.filter(pk=uuid.UUID(report.mail_id)).first()
        if mail is None:
            return Taken.UNKNOWN
        mail.outcome, mail.code = SentMail.Outcome.BOUNCED, report.answer.code
        mail.save(update_fields=["outcome", "code"])
        mail.notices.update(outcome=Notice.Outcome.REFUSED)
        came_back.send(sender=SentMail, mail_id=mail.pk)
        if not report.answer.is_gone:
            return Taken.NOTED
        if mail.recipient and mail.recipient.email != mail.address:
            return Taken.OLD
        source = DeadAddress.Source.BOUNCED
        marking.address_mark(mail, source=source, code=report.answer.code, at=now)
        return Taken.FLAGGED


def address_retry(*, actor: Actor, user_id: int) -> int:
    """Lift the flag: the person says the address is right, or has confirmed another one. What is
    unread and was held back leaves again, but for what a room mails by itself; returns how many.
    Raises RoleMissing for somebody else.
    """
    if actor.hat != Hat.SYSTEM and actor.user_id != user_id:
        raise RoleMissing
    with acting(actor.elevated()):
        gone, _rows = DeadAddress.objects.filter(user_id=user_id).delete()
        if not gone:
            return 0
        since = clock.now() - dt.timedelta(days=SEND_AGAIN_DAYS)
        held = Notice.objects.filter(
            outcome__in=[Notice.Outcome.PAUSED, Notice.Outcome.REFUSED],
            recipient_id=user_id,
            read_at=None,
            created_at__gte=since,
        ).exclude(way=APP)
        count = held.update(outcome="", mailed_at=None, not_before=None, tries=0)
        record(
            actor=actor,
            action="notices.address_retried",
            obj=User.objects.get(pk=user_id),
            detail={"again": count},
        )
        return count


def address_alive(*, actor: Actor, address: str, owner: Model | None = None) -> bool:
    """An address without an account takes mail again: somebody answered from there, or an official has
    asked its `owner`. Whether it was flagged. The caller has asked who may.
    """
    with acting(actor.elevated()):
        gone, _rows = DeadAddress.objects.filter(user=None, address=address.lower()).delete()
        if gone:
            record(actor=actor, action="notices.address_retried", obj=owner, ward_id=actor.ward_id)
        return bool(gone)


def tidy(*, now: dt.datetime) -> int:
    """Every night: forget addresses that belong to no account; returns how many rows."""
    mails = SentMail.objects.filter(
        recipient=None, sent_at__lt=now - dt.timedelta(days=STRANGER_DAYS)
    )
    flags = DeadAddress.objects.filter(user=None, found_at__lt=now - dt.timedelta(days=FLAG_DAYS))
    return mails.delete()[0] + flags.delete()[0]


def notice_told(*, actor: Actor, notice_id: uuid.UUID, how: str, now: dt.datetime) -> Notice:
    """An official has told the person what could not be mailed. The caller has seen that the
    person belongs to a firm of the ward. Raises Notice.DoesNotExist, StaleState, ValueError.
    """
    if how not in Notice.Told:
        raise ValueError(how)
    with acting(actor.elevated()):
        notice = untold().select_for_update(of=("self",)).filter(pk=notice_id).first()
        if notice is None:
            if Notice.objects.filter(pk=notice_id).exists():
                raise StaleState
            raise Notice.DoesNotExist
        notice.told_how, notice.told_at, notice.told_by_id = how, now, actor.user_id
        notice.save(update_fields=["told_how", "told_at", "told_by"])
        record(
            actor=actor,
            action="notices.told_otherwise",
            obj=notice,
            ward_id=actor.ward_id,
            detail={"how": how, "person": notice.recipient_id},
        )
        return notice
