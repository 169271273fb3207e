"""Mails of a wave: queued when it begins and on the days of reminders, sent by the worker. As the system."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from kpi.surveys import links, mails, policies, states
from kpi.surveys.models import Asked, Mail, NoMail, Wave
from kpi.surveys.rules import days
from portal.kernel import audit, clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing
from portal.notices import letters
from programs.models import Firm, FirmMembership

# Firms that one run of a task reminds.
AT_ONCE = 500
BATCH = 1000
Outcome = Mail.Outcome


def addresses(firm_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Firm → (address, language): its owner's, else the one on the register; two queries."""
    ids = list(firm_ids)
    found = {
        firm: (email, "ja")
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
        found[row.firm_id] = (row.user.email, row.user.language)
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
    Message-ID and link. A refused address does not stop the others.
    """
    with transaction.atomic():
        rows = Mail.objects.select_for_update(skip_locked=True, of=("self",))
        waiting = rows.filter(outcome=Outcome.WAITING).select_related("asked__wave__questionnaire")
        found = list(waiting.order_by("pk")[:size])
        firms = [mail.asked.firm_id for mail in found]
        known = addresses(firms)
        unwanted = set(NoMail.objects.filter(firm_id__in=firms).values_list("firm_id", flat=True))
        outcomes: dict[str, list[int]] = {}
        for mail in found:
            outcome = _outcome(mail, known, unwanted, today)
            if not outcome:
                message = mails.message(mail, *known[mail.asked.firm_id])
                went = letters.delivered(connection, message, what=f"ward survey mail {mail.pk}")
                outcome = Outcome.SENT if went else Outcome.REFUSED
            outcomes.setdefault(outcome, []).append(mail.pk)
        for outcome, keys in outcomes.items():
            Mail.objects.filter(pk__in=keys).update(outcome=outcome, settled_at=clock.now())
        return len(found)


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
    mail: Mail, known: dict[int, tuple[str, str]], unwanted: set[int], today: dt.date
) -> str:
    """Why the mail does not leave, "" where it does."""
    asked = mail.asked
    over = asked.wave.status != states.OPEN or today > asked.wave.ends_on
    if asked.status != states.WAITING or over:
        return Outcome.ANSWERED
    if asked.firm_id in unwanted:
        return Outcome.UNWANTED
    return "" if asked.firm_id in known else Outcome.NOBODY


def _queue(found: Sequence[Asked], *, number: int) -> int:
    rows = (Mail(asked=row, number=number) for row in found)
    return len(Mail.objects.bulk_create(rows, batch_size=BATCH))
