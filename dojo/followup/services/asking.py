"""Asking on the day, reminding twice, closing; and sending the mails, some at a time. As the system."""

import datetime as dt
import logging
import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.dispatch import receiver

from dojo.followup import links, mails, rules, states
from dojo.followup.models import Survey, SurveyMail
from portal.kernel import clock, transitions
from portal.kernel.actor import Actor
from portal.notices.models import Notice, SentMail
from portal.notices.selectors import dead_addresses, unwilling
from portal.notices.services import asked_again_at, came_back, keep, post, told

logger = logging.getLogger(__name__)
# Surveys that one run of a task moves: each has its audit row.
AT_ONCE = 200
# A server that asks to wait is asked again after 2, 4, 8 … minutes, for an hour in all.
MOST_TRIES = 5
Outcome = SurveyMail.Outcome
# What the person reads in the portal, whether or not a mail leaves.
_READABLE = {"", Outcome.UNWANTED, Outcome.PAUSED}


def surveys_ask(*, actor: Actor, today: dt.date, limit: int = AT_ONCE) -> int:
    """Begin the surveys that have fallen due, each with its first mail; returns how many.

    One that begins late, because nothing ran, has had the reminders of the days before.
    """
    with transaction.atomic():
        due = Q(status=states.PLANNED, due_on__lte=today, closes_on__gte=today)
        found = _some(due, limit)
        for survey in found:
            transitions.apply(
                table=states.SURVEY,
                instance=survey,
                action="ask",
                actor=actor,
                fields={"reminders": rules.reminders_due(survey.due_on, today)},
            )
        _queue(found, number=0)
        return len(found)


def surveys_remind(*, actor: Actor, today: dt.date, limit: int = AT_ONCE) -> int:
    """督促 of those that have not answered: two at the most; returns how many were queued.

    Where a run was missed, one reminder stands for both: nobody gets two on one day.
    """
    reminded = 0
    for number, days in reversed(list(enumerate(rules.REMIND_DAYS, start=1))):
        with transaction.atomic():
            due = Q(status=states.OPEN, reminders__lt=number, closes_on__gte=today)
            found = _some(due & Q(due_on__lte=today - dt.timedelta(days=days)), limit)
            Survey.objects.filter(pk__in=[survey.pk for survey in found]).update(reminders=number)
            _queue(found, number=number)
            reminded += len(found)
    return reminded


def surveys_close(*, actor: Actor, today: dt.date, limit: int = AT_ONCE) -> int:
    """Close what nobody has answered in time; returns how many."""
    with transaction.atomic():
        found = _some(Q(status__in=states.UNANSWERED, closes_on__lt=today), limit)
        for survey in found:
            transitions.apply(table=states.SURVEY, instance=survey, action="close", actor=actor)
        return len(found)


def mails_send(*, connection: Any, today: dt.date, size: int) -> int:
    """Send so many of the mails that wait, the oldest first; returns how many were settled.

    At least once: a crash between sending and marking sends the same mails again, with the same
    Message-ID and link. An address that is refused does not stop the others; a server that goes away
    or refuses the portal itself ends the run: what has left stays settled, the rest waits.
    `connection` is an open one of `django.core.mail`, kept by the caller over many calls.
    """
    now = clock.now()
    with transaction.atomic():
        rows = (
            SurveyMail.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(Q(not_before=None) | Q(not_before__lte=now), outcome=Outcome.WAITING)
            .select_related("survey__person", "survey__cohort__course")
        )
        found = list(rows.order_by("pk")[:size])
        unwanted = unwilling([mail.survey.person_id for mail in found], mails.TOPIC)
        dead = dead_addresses(mail.survey.person.email for mail in found)
        outcomes: dict[str, list[int]] = {}
        copies: list[tuple[SentMail, Notice]] = []
        for mail in found:
            outcome = _outcome(mail, unwanted, dead, today)
            if outcome in _READABLE:
                try:
                    delivered = _deliver(connection, mail, outcome)
                except OSError:
                    logger.exception("the mail server is away")
                    break
                if delivered is None:
                    continue
                outcome, kept = delivered
                copies.append(kept)
            outcomes.setdefault(outcome, []).append(mail.pk)
        left = [kept for kept, notice in copies if notice.mail_id]
        keep(left, [notice for _kept, notice in copies])
        for outcome, keys in outcomes.items():
            SurveyMail.objects.filter(pk__in=keys).update(outcome=outcome, settled_at=clock.now())
        return sum(len(keys) for keys in outcomes.values())


@receiver(came_back, dispatch_uid="followup.came_back")
def mail_came_back(mail_id: uuid.UUID, **_: Any) -> None:
    """Its outcome says so where the office looks."""
    rows = SurveyMail.objects.filter(public_id=mail_id, outcome=Outcome.SENT)
    rows.update(outcome=Outcome.REFUSED)


def _outcome(mail: SurveyMail, unwanted: set[int], dead: set[str], today: dt.date) -> str:
    """Why the mail does not leave, "" where it does."""
    survey = mail.survey
    if survey.status != states.OPEN or today > survey.closes_on:
        return Outcome.ANSWERED
    if not survey.person.is_active:
        return Outcome.GONE
    if survey.person_id in unwanted:
        return Outcome.UNWANTED
    return Outcome.PAUSED if survey.person.email.lower() in dead else ""


def _deliver(
    connection: Any, mail: SurveyMail, outcome: str
) -> tuple[str, tuple[SentMail, Notice]] | None:
    """Send it unless `outcome` says why not; the outcome, the copy and what the person reads. None
    where the server asks to come again. Raises OSError as `post`.
    """
    kept, text, stop = mails.mail_of(mail, clock.now())
    if not outcome:
        posted = post(kept, stop=stop, text=text, connection=connection)
        if posted.is_to_wait and mail.tries < MOST_TRIES:
            mail.tries += 1
            mail.not_before = asked_again_at(kept.sent_at, mail.tries)
            mail.save(update_fields=["tries", "not_before"])
            return None
        went = kept.outcome == SentMail.Outcome.SENT
        outcome = Outcome.SENT if went else Outcome.REFUSED
    notice = told(
        kept,
        key=f"followup.survey.{mail.public_id}",
        topic=mails.TOPIC,
        url=mails.page_of(mail.survey),
        outcome=Notice.Outcome(str(outcome)),
    )
    return outcome, (kept, notice)


def _some(condition: Q, limit: int) -> list[Survey]:
    """The next surveys that another run does not hold."""
    rows: QuerySet[Survey] = Survey.objects.select_for_update(skip_locked=True).filter(condition)
    return list(rows.order_by("due_on", "pk")[:limit])


def _queue(found: list[Survey], *, number: int) -> None:
    rows = [
        SurveyMail(survey=survey, number=number, expires_on=survey.closes_on) for survey in found
    ]
    for row in rows:
        row.digest = links.digest_of(links.secret_of(row))
    SurveyMail.objects.bulk_create(rows)
