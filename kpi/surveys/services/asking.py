"""Mails of a wave: queued when it begins and on the days of reminders, sent by the worker. As the system."""

import datetime as dt
import logging
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.dispatch import receiver
from django.urls import reverse

from kpi.surveys import links, mails, policies, states
from kpi.surveys.models import Asked, Mail, NoMail, Wave
from kpi.surveys.rules import days
from portal.kernel import audit, clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing
from portal.notices.models import Notice, SentMail
from portal.notices.selectors import dead_addresses, unwilling
from portal.notices.services import asked_again_at, came_back, keep, post, told
from programs.models import Firm, FirmMembership

logger = logging.getLogger(__name__)
# Firms that one run of a task reminds.
AT_ONCE = 500
BATCH = 1000
# A server that asks to wait is asked again after 2, 4, 8 … minutes: for about an hour.
MOST_TRIES = 5
Outcome = Mail.Outcome
# What an owner reads in the portal, whether or not a mail leaves.
_READABLE = {"", Outcome.UNWANTED, Outcome.PAUSED}


def addresses(firm_ids: Iterable[int]) -> dict[int, mails.Reader]:
    """Firm → whom to write to: its owner, else the address on the register; two queries."""
    ids = list(firm_ids)
    found = {
        firm: mails.Reader(email, "ja")
        for firm, email in Firm.objects.filter(pk__in=ids).values_list("pk", "email")
        if email
    }
    owners = FirmMembership.objects.filter(
        firm_id__in=ids,
        role=FirmMembership.Role.OWNER,
        valid_to__isnull=True,
        user__is_active=True,
    )
    for row in owners.select_related("user").order_by("-pk"):
        found[row.firm_id] = mails.Reader(row.user.email, row.user.language, row.user_id)
    return found


def first_mails(asked: Sequence[Asked]) -> int:
    """Queue the first mail to every firm with an address; returns how many. Others get a letter."""
    known = addresses(row.firm_id for row in asked)
    return _queue([row for row in asked if row.firm_id in known], number=0)


def waves_remind(*, today: dt.date, limit: int = AT_ONCE) -> int:
    """催促 to those that have not answered: on two days at the most; returns how many were queued.

    Where a run was missed, one reminder stands for both.
    """
    reminded = 0
    for wave in Wave.objects.filter(status=states.OPEN, ends_on__gt=today).order_by("pk"):
        due = days.reminders_due(wave.starts_on, wave.ends_on, today)
        if not due:
            continue
        with transaction.atomic():
            rows = Asked.objects.select_for_update(skip_locked=True).filter(
                Exists(Mail.objects.filter(asked=OuterRef("pk"))),
                ~Exists(NoMail.objects.filter(firm=OuterRef("firm_id"))),
                wave=wave,
                status=states.WAITING,
                reminders__lt=due,
            )
            found = list(rows.order_by("pk")[:limit])
            Asked.objects.filter(pk__in=[row.pk for row in found]).update(reminders=due)
            reminded += _queue(found, number=due)
    return reminded


def mails_send(*, connection: Any, today: dt.date, size: int) -> int:
    """Send so many of the mails that wait, the oldest first; returns how many were settled.

    At least once: a crash between sending and marking sends the same mails again, with the same
    Message-ID and link. A refused address does not stop the others. Where the portal's own mail server
    fails in the middle, what has left is settled and the rest waits.
    """
    with transaction.atomic():
        found = _next(size)
        known = addresses(mail.asked.firm_id for mail in found)
        unwanted = _unwanted([mail.asked.firm_id for mail in found], known)
        dead = dead_addresses(reader.address for reader in known.values())
        settled: dict[str, list[Mail]] = {}
        copies: list[tuple[SentMail | None, Notice | None]] = []
        for mail in found:
            outcome = _outcome(mail, known, unwanted, dead, today)
            if outcome in _READABLE:
                reader = known[mail.asked.firm_id]
                try:
                    outcome, kept, notice = _deliver(connection, mail, reader, outcome)
                except OSError as error:  # SMTPException is one
                    logger.warning("the mail server failed: %s", type(error).__name__)
                    break
                copies.append((kept, notice))
            settled.setdefault(outcome, []).append(mail)
        keep([one for one, _notice in copies if one], [one for _kept, one in copies if one])
        Mail.objects.bulk_update(settled.pop(Outcome.WAITING, []), ["tries", "not_before"])
        for outcome, rows in settled.items():
            keys = [mail.pk for mail in rows]
            Mail.objects.filter(pk__in=keys).update(outcome=outcome, settled_at=clock.now())
        return sum(map(len, settled.values()))


def _next(size: int) -> list[Mail]:
    rows = Mail.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        Q(not_before=None) | Q(not_before__lte=clock.now()), outcome=Outcome.WAITING
    )
    return list(rows.select_related("asked__wave__questionnaire").order_by("pk")[:size])


@receiver(came_back, dispatch_uid="surveys.came_back")
def mail_came_back(mail_id: uuid.UUID, **_: Any) -> None:
    """Its outcome says so where the office looks."""
    rows = Mail.objects.filter(public_id=mail_id, outcome=Outcome.SENT)
    rows.update(outcome=Outcome.REFUSED)


def _unwanted(firms: Sequence[int], known: Mapping[int, mails.Reader]) -> set[int]:
    """Firms that have stopped such mails, by a mail's link or in the owner's settings."""
    found = set(NoMail.objects.filter(firm_id__in=firms).values_list("firm_id", flat=True))
    people = unwilling([row.user_id for row in known.values() if row.user_id], mails.TOPIC)
    return found | {firm for firm, reader in known.items() if reader.user_id in people}


def _deliver(
    connection: Any, mail: Mail, reader: mails.Reader, outcome: str
) -> tuple[str, SentMail | None, Notice | None]:
    """Send it unless `outcome` says why not; the outcome, the copy of what left, what an owner reads."""
    now = clock.now()
    kept, text, stop = mails.mail_of(mail, reader, now)
    left = not outcome
    if left:
        posted = post(kept, stop=stop, text=text, connection=connection)
        if posted.is_to_wait and mail.tries < MOST_TRIES:
            mail.tries += 1
            mail.not_before = asked_again_at(now, mail.tries)
            return Outcome.WAITING, None, None
        went = kept.outcome == SentMail.Outcome.SENT
        outcome = Outcome.SENT if went else Outcome.REFUSED
    notice = None
    if reader.user_id:
        notice = told(
            kept,
            key=f"surveys.ask.{mail.public_id}",
            topic=mails.TOPIC,
            url=reverse("surveys:mine"),
            outcome=Notice.Outcome(str(outcome)),
        )
    return outcome, kept if left else None, notice


def mails_stop(*, actor: Actor, wave_id: int) -> int:
    """送信を止める: what has not left stays here; returns how many. Raises RoleMissing."""
    return _switch(actor, wave_id, Outcome.WAITING, Outcome.STOPPED, "surveys.mails_stopped")


def mails_resume(*, actor: Actor, wave_id: int) -> int:
    """送信を再開する. Raises RoleMissing."""
    return _switch(actor, wave_id, Outcome.STOPPED, Outcome.WAITING, "surveys.mails_resumed")


def no_more_mails(*, secret: str) -> None:
    """配信停止 by whoever holds a mail: no mails of any wave to that firm. Raises NoSuchLink."""
    with acting(Actor.system("surveys.link")):
        asked = links.asked_of(secret)
        _row, new = NoMail.objects.get_or_create(firm_id=asked.firm_id)
        if new:
            audit.record(
                actor=Actor.system("surveys.link", ward_id=asked.ward_id),
                action="surveys.mails_unwanted",
                obj=asked,
            )


def _switch(actor: Actor, wave_id: int, before: str, after: str, action: str) -> int:
    wave = policies.get_wave(actor, pk=wave_id)
    own = actor.hat == Hat.WARD and actor.has_role(*states.OFFICE)
    if not (own or policies.may_run(actor, wave)):
        raise RoleMissing
    with transaction.atomic(), acting(actor.elevated()):
        rows = Mail.objects.filter(asked__wave=wave, outcome=before)
        if own:
            assert actor.ward_id is not None
            rows = rows.filter(asked__ward_id=actor.ward_id)
        settled = None if after == Outcome.WAITING else clock.now()
        keys = list(
            rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)
        )
        Mail.objects.filter(pk__in=keys).update(outcome=after, settled_at=settled)
        audit.record(actor=actor, action=action, obj=wave, detail={"mails": len(keys)})
    return len(keys)


def _outcome(
    mail: Mail,
    known: Mapping[int, mails.Reader],
    unwanted: set[int],
    dead: set[str],
    today: dt.date,
) -> str:
    """Why the mail does not leave, "" where it does."""
    asked = mail.asked
    over = asked.wave.status != states.OPEN or today > asked.wave.ends_on
    if asked.status != states.WAITING or over:
        return Outcome.ANSWERED
    if asked.firm_id not in known:
        return Outcome.NOBODY
    if asked.firm_id in unwanted:
        return Outcome.UNWANTED
    return Outcome.PAUSED if known[asked.firm_id].address.lower() in dead else ""


def _queue(found: Sequence[Asked], *, number: int) -> int:
    rows = (Mail(asked=row, number=number) for row in found)
    return len(Mail.objects.bulk_create(rows, batch_size=BATCH))
