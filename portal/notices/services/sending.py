"""The one way out: a mail leaves with its mark, a refused address is flagged, a copy is kept."""

import datetime as dt
from collections.abc import Sequence
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage

from portal.accounts.models import User
from portal.notices import topics
from portal.notices.models import APP, AT_ONCE, Notice, SentMail
from portal.notices.rules import bounces
from portal.notices.services import marking

SUBJECT_LENGTH = 120
# So often a server that asks to wait is asked again; then it has had its chance.
MOST_TRIES = 10


class Posted(NamedTuple):
    """What came of a mail. `is_to_wait`: the server asks to come again."""

    is_to_wait: bool = False


def post(
    mail: SentMail, *, stop: str = "", text: str = "", connection: Any = None, is_last: bool = False
) -> Posted:
    """Send it and write into it what the server said; flags an address that is gone.

    `text` is what leaves where the copy must not have it (links that are secrets). `connection` is
    an open one, kept by the caller over many mails. `is_last`: nothing of the address may stay.
    Raises OSError (a server that is away) and SMTPException (one that refuses the portal itself):
    neither says anything of the mail, which then waits.
    """
    leaving = message(mail, stop=stop, text=text)
    try:
        if connection is None:
            leaving.send()
        else:
            connection.send_messages([leaving])
    except SMTPRecipientsRefused as refused:
        code, answer = next(iter(refused.recipients.values()), (550, b""))
    except SMTPDataError as refused:
        # The text or the portal is refused, not the address.
        code, answer = refused.smtp_code, b""
    except ValueError:
        # No header can be made of the address.
        mail.outcome = SentMail.Outcome.REFUSED
        return Posted()
    else:
        return Posted()
    if bounces.is_passing(code):
        mail.outcome, mail.code = SentMail.Outcome.REFUSED, str(code)
        return Posted(is_to_wait=True)
    said = bounces.smtp_answer(code, answer)
    mail.outcome, mail.code = SentMail.Outcome.REFUSED, said.code
    if said.is_gone and not is_last:
        marking.address_mark(mail, source=marking.Source.REFUSED, code=said.code, at=mail.sent_at)
    return Posted()


def asked_again_at(now: dt.datetime, tries: int) -> dt.datetime:
    """When a server that has asked to wait `tries` times is asked again: in 2, 4, 8 … minutes."""
    return now + dt.timedelta(minutes=2**tries)


def message(mail: SentMail, *, stop: str = "", text: str = "") -> EmailMessage:
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
        body=text or mail.body,
        from_email=sender,
        to=[mail.address],
        headers=headers,
    )


def keep(mails: Sequence[SentMail], notices: Sequence[Notice] = ()) -> None:
    """The copies, and what the person reads of them. One that bounced is sent again under its own
    id: the copy is of the last one.
    """
    SentMail.objects.bulk_create(
        mails,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["address", "subject", "body", "sent_at", "outcome", "code"],
    )
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def told(mail: SentMail, *, key: str, topic: str, url: str, outcome: str, body: str = "") -> Notice:
    """The unsaved notice of a mail that has left, or was held back, by itself: it is not mailed again."""
    assert mail.recipient_id is not None, "only an account reads in the portal"
    has_left = outcome in {Notice.Outcome.SENT, Notice.Outcome.REFUSED}
    return Notice(
        recipient_id=mail.recipient_id,
        event_key=key,
        subject=mail.subject[:SUBJECT_LENGTH],
        body=body or mail.body,
        url=url,
        topic=topic,
        way=AT_ONCE if topics.is_urgent(topic) else APP,
        mailed_at=mail.sent_at,
        outcome=outcome,
        mail=mail if has_left else None,
    )


def account_mail_send(
    *,
    subject: str,
    body: str,
    address: str,
    url: str,
    at: dt.datetime,
    user: User | None = None,
) -> bool:
    """A mail of the accounts; whether its address took it. As the system. Raises as `post`.

    With `user` it tells of a change to the account, and the person reads it in the portal, too.
    Without one its link is a secret: of its words only the subject is kept.
    """
    person = user or User.objects.filter(email__iexact=address).first()
    mail = SentMail(
        recipient=person,
        kind=SentMail.Kind.ACCOUNT,
        address=address,
        subject=subject[:200],
        body=body if user else "",
        sent_at=at,
    )
    if post(mail, text=body).is_to_wait:
        raise SMTPException(mail.code)
    went = mail.outcome == SentMail.Outcome.SENT
    outcome = Notice.Outcome.SENT if went else Notice.Outcome.REFUSED
    key = f"accounts.security.{mail.pk}"
    notices = [told(mail, key=key, topic=topics.SECURITY, url=url, outcome=outcome)] if user else []
    keep([mail], notices)
    return went
