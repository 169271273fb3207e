"""Mailing what waits: one notice, one mail, kept word for word."""

import datetime as dt
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.kernel import clock
from portal.notices import topics
from portal.notices.models import APP, AT_ONCE, Notice, OptOut, SentMail
from portal.notices.rules import bounces
from portal.notices.selectors import is_dead
from portal.notices.services import marking
from portal.notices.services.choosing import unsubscribe_url

# A server that asks to wait is asked again after 2, 4, 8 … minutes; then it has had its chance.
MOST_TRIES = 10


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
        notice.not_before = now + dt.timedelta(minutes=2**notice.tries)
        return ""
    if posted.is_to_wait:
        mail.outcome = SentMail.Outcome.REFUSED
    _keep(mail)
    notice.mail = mail
    sent = mail.outcome == SentMail.Outcome.SENT
    return Notice.Outcome.SENT if sent else Notice.Outcome.REFUSED


def _keep(mail: SentMail) -> None:
    """One that bounced is sent again under its own id: the copy is of the last one."""
    SentMail.objects.bulk_create(
        [mail],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["address", "subject", "body", "sent_at", "outcome", "code"],
    )


class Posted(NamedTuple):
    """What came of a mail. `is_to_wait`: the server asks to come again."""

    is_to_wait: bool = False


def post(mail: SentMail, *, stop: str = "") -> Posted:
    """Send it and write into it what the server said; flags an address that is gone.

    Raises OSError (a server that is away) and SMTPException (one that refuses the portal itself):
    neither says anything of the mail, which then waits.
    """
    try:
        message(mail, stop=stop).send()
    except SMTPRecipientsRefused as refused:
        code, text = next(iter(refused.recipients.values()))
    except SMTPDataError as refused:
        # The text or the portal is refused, not the address.
        code, text = refused.smtp_code, b""
    else:
        return Posted()
    if bounces.is_passing(code):
        mail.code = str(code)
        return Posted(is_to_wait=True)
    answer = bounces.smtp_answer(code, text)
    mail.outcome, mail.code = SentMail.Outcome.REFUSED, answer.code
    if answer.is_gone:
        marking.address_mark(mail, source=marking.Source.REFUSED, code=answer.code, at=mail.sent_at)
    return Posted()


def message(mail: SentMail, *, stop: str = "") -> EmailMessage:
    """The mail as it leaves. What comes back names it: by the envelope's address and its id.

    `stop` is the address that ends mails of this kind; mail programs show a button that needs no
    sign-in for it (RFC 2369, 8058).
    """
    token = marking.token_of(mail.pk)
    host = settings.SITE_URL.split("//", 1)[-1].split(":")[0]
    headers = {"Message-ID": f"<{token}@{host}>", "Auto-Submitted": "auto-generated"}
    if stop:
        headers["List-Unsubscribe"] = f"<{stop}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    sender = settings.DEFAULT_FROM_EMAIL
    if settings.BOUNCE_ADDRESS:
        name, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
        headers["From"], sender = sender, f"{name}+{token}@{domain}"
    return EmailMessage(
        subject=mail.subject,
        body=mail.body,
        from_email=sender,
        to=[mail.address],
        headers=headers,
    )


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
