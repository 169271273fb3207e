"""Writing, mailing and reading notices."""

import datetime as dt
from collections.abc import Collection, Iterable

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.audit import record
from portal.kernel.transitions import RoleMissing
from portal.notices.models import Notice, OptOut
from portal.notices.topics import topics

SUBJECT_LENGTH = 120
SALT = "notices.unsubscribe"


def notify(
    *,
    event_key: str,
    recipients: Iterable[int],
    subject: str | Promise,
    body: str | Promise,
    url: str,
    topic: str = "",
) -> None:
    """Write one notice per recipient (user ids). Writing it again changes nothing.

    Lazy texts are written out in each recipient's language. With a `topic` the recipient may have
    said that no mail is wanted; the notice stands in the portal all the same.

    The e-mail leaves later, from `send_waiting`: a mail server that is down delays mail, never
    the act that the notice is about.
    """
    spoken = User.objects.filter(pk__in=set(recipients)).order_by("pk")
    notices = []
    for user_id, language in spoken.values_list("pk", "language"):
        with override(language):
            notices.append(
                Notice(
                    recipient_id=user_id,
                    event_key=event_key,
                    subject=str(subject)[:SUBJECT_LENGTH],
                    body=str(body),
                    url=url,
                    topic=topic,
                )
            )
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def send_next() -> bool:
    """Mail the notice that waits longest; False when none waits.

    At least once: a crash between sending and marking sends again, with the same Message-ID, so
    that mail programs show it once.
    """
    with transaction.atomic():
        notice = (
            Notice.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(mailed_at=None)
            .select_related("recipient")
            .order_by("created_at")
            .first()
        )
        if notice is None:
            return False
        if notice.recipient.is_active and not _is_unwanted(notice):
            _message(notice).send()
        notice.mailed_at = clock.now()
        notice.save(update_fields=["mailed_at"])
        return True


def mark_read(*, actor: Actor, notice_id: str, now: dt.datetime) -> Notice:
    """Mark one of the actor's notices as read. Raises Notice.DoesNotExist for others'."""
    notice = Notice.objects.get(id=notice_id, recipient_id=actor.user_id)
    if notice.read_at is None:
        notice.read_at = now
        notice.save(update_fields=["read_at"])
    return notice


def settings_save(*, actor: Actor, wanted: Collection[str]) -> None:
    """Which of the optional mails the person wants; the others stop. Raises RoleMissing."""
    if actor.user_id is None:
        raise RoleMissing
    unwanted = topics().keys() - set(wanted)
    with transaction.atomic():
        before = set(OptOut.objects.filter(user_id=actor.user_id).values_list("topic", flat=True))
        OptOut.objects.filter(user_id=actor.user_id).exclude(topic__in=unwanted).delete()
        OptOut.objects.bulk_create(
            (OptOut(user_id=actor.user_id, topic=topic) for topic in sorted(unwanted - before)),
            ignore_conflicts=True,
        )
        if before != unwanted:
            record(
                actor=actor,
                action="notices.mail_chosen",
                changes={"unwanted": [sorted(before), sorted(unwanted)]},
            )


def unsubscribe_token(*, user_id: int, topic: str) -> str:
    """What the link in a mail carries: signed, so that it can be neither guessed nor altered."""
    return signing.dumps([user_id, topic], salt=SALT)


def unsubscribe_read(token: str) -> tuple[int, str]:
    """(user id, topic) of a link. Raises signing.BadSignature."""
    user_id, topic = signing.loads(token, salt=SALT)
    return int(user_id), str(topic)


def unsubscribe(*, token: str) -> str:
    """Stop the mails that the link was in; returns the topic. Doing it twice changes nothing.

    Needs no sign-in: whoever holds the mail may stop such mails, and nothing else. As the system.
    Raises signing.BadSignature; User.DoesNotExist for somebody who is gone.
    """
    user_id, topic = unsubscribe_read(token)
    user = User.objects.only("id", "name").get(pk=user_id)
    _row, new = OptOut.objects.get_or_create(user=user, topic=topic)
    if new:
        record(
            actor=Actor.public(user_id=user.pk),
            action="notices.mail_stopped",
            detail={"topic": topic, "by": "link"},
        )
    return topic


def _is_unwanted(notice: Notice) -> bool:
    return (
        bool(notice.topic)
        and OptOut.objects.filter(user_id=notice.recipient_id, topic=notice.topic).exists()
    )


def _message(notice: Notice) -> EmailMessage:
    host = settings.SITE_URL.split("//", 1)[-1].split(":")[0]
    with override(notice.recipient.language):
        subject = mail_subject(notice.subject)
        body = f"{notice.body}\n\n{settings.SITE_URL}{notice.url}\n"
        headers = {"Message-ID": f"<{notice.id}@{host}>", "Auto-Submitted": "auto-generated"}
        if notice.topic:
            link = unsubscribe_url(user_id=notice.recipient_id, topic=notice.topic)
            body += "\n" + mail_footer(link)
            # RFC 2369 and 8058: mail programs show a button that needs no sign-in.
            headers["List-Unsubscribe"] = f"<{link}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return EmailMessage(subject=subject, body=body, to=[notice.recipient.email], headers=headers)


def mail_subject(subject: str) -> str:
    """The subject as it stands in the mail, in the active language, on one line.

    A name with a line break in it is a refused header: it would stop the whole queue behind it.
    """
    return _("【町工場DXポータル】%(subject)s") % {"subject": " ".join(subject.splitlines())}


def mail_footer(link: str) -> str:
    """The last lines of a mail that one may do without."""
    return _("この種類のメールが要らないときは、次のページで止められます。") + f"\n{link}\n"


def unsubscribe_url(*, user_id: int, topic: str) -> str:
    """The address in the mail."""
    token = unsubscribe_token(user_id=user_id, topic=topic)
    return settings.SITE_URL + reverse("notices:unsubscribe", args=[token])
