"""Writing, mailing and reading notices."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.notices.models import Notice

SUBJECT_LENGTH = 120


def notify(
    *,
    event_key: str,
    recipients: Iterable[int],
    subject: str | Promise,
    body: str | Promise,
    url: str,
) -> None:
    """Write one notice per recipient (user ids). Writing it again changes nothing.

    Lazy texts are written out in each recipient's language.

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
        if notice.recipient.is_active:
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


def _message(notice: Notice) -> EmailMessage:
    host = settings.SITE_URL.split("//", 1)[-1].split(":")[0]
    with override(notice.recipient.language):
        subject = _("【町工場DXポータル】%(subject)s") % {"subject": notice.subject}
    return EmailMessage(
        subject=subject,
        body=f"{notice.body}\n\n{settings.SITE_URL}{notice.url}\n",
        to=[notice.recipient.email],
        headers={"Message-ID": f"<{notice.id}@{host}>", "Auto-Submitted": "auto-generated"},
    )
