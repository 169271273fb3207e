"""Mailing what waits: one notice, one mail, kept word for word."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.kernel import clock
from portal.notices import topics
from portal.notices.models import APP, AT_ONCE, Notice, OptOut, SentMail
from portal.notices.selectors import is_dead
from portal.notices.services.choosing import unsubscribe_url
from portal.notices.services.sending import MOST_TRIES, asked_again_at, keep, post


def send_next() -> bool:
    """Mail the notice that waits longest; False when none waits.

    At least once: a crash between sending and marking sends again, with the same Message-ID, so
    that mail programs show it once.
    """
    now = clock.now()
    with transaction.atomic():
        notice = (
            Notice.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(Q(not_before=None) | Q(not_before__lte=now), mailed_at=None, way=AT_ONCE)
            .select_related("recipient")
            .order_by("created_at")
            .first()
        )
        if notice is None:
            return False
        outcome = _without_mail(notice) or _post(notice, now)
        if outcome:
            notice.outcome, notice.mailed_at = outcome, now
        notice.save(update_fields=["outcome", "mailed_at", "mail", "tries", "not_before"])
        return True


def _without_mail(notice: Notice) -> str:
    """Why no mail leaves; "" where it does."""
    if not notice.recipient.is_active:
        return Notice.Outcome.GONE
    if _is_unwanted(notice):
        return Notice.Outcome.UNWANTED
    return Notice.Outcome.PAUSED if is_dead(notice.recipient) else ""


def _is_unwanted(notice: Notice) -> bool:
    """The person may have stopped such mails since it was written."""
    if topics.is_urgent(notice.topic):
        return False
    return OptOut.objects.filter(user_id=notice.recipient_id, topic=notice.topic, way=APP).exists()


def _post(notice: Notice, now: dt.datetime) -> str:
    """Send it; "" when it has to be tried again."""
    mail, stop = mail_of(notice, now)
    posted = post(mail, stop=stop)
    if posted.is_to_wait and notice.tries < MOST_TRIES:
        notice.tries += 1
        notice.not_before = asked_again_at(now, notice.tries)
        return ""
    keep([mail])
    notice.mail = mail
    sent = mail.outcome == SentMail.Outcome.SENT
    return Notice.Outcome.SENT if sent else Notice.Outcome.REFUSED


def mail_of(notice: Notice, now: dt.datetime) -> tuple[SentMail, str]:
    """The unsaved mail of a notice in the person's language, and the address that stops its kind."""
    stop = ""
    with override(notice.recipient.language):
        body = f"{notice.body}\n\n{settings.SITE_URL}{notice.url}\n"
        if not topics.is_urgent(notice.topic):
            stop = unsubscribe_url(user_id=notice.recipient_id, topic=notice.topic)
            body += "\n" + mail_footer(stop)
        mail = SentMail(
            id=notice.pk,
            recipient_id=notice.recipient_id,
            kind=SentMail.Kind.NOTICE,
            address=notice.recipient.email,
            subject=mail_subject(notice.subject),
            body=body,
            sent_at=now,
        )
    return mail, stop


def mail_subject(subject: str) -> str:
    """The subject as it stands in the mail, in the active language, on one line.

    A name with a line break in it is a refused header: it would stop the whole queue behind it.
    """
    return _("【町工場DXポータル】%(subject)s") % {"subject": " ".join(subject.splitlines())}


def mail_footer(link: str) -> str:
    """The last lines of a mail that one may do without."""
    return _("この種類のメールが要らないときは、次のページで止められます。") + f"\n{link}\n"
