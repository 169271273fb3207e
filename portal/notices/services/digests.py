"""1日のまとめ: one mail a day of what a person has not read, in the language they read today."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from portal.accounts.models import User
from portal.kernel import clock
from portal.notices.models import DIGEST, Notice, SentMail
from portal.notices.selectors import is_dead
from portal.notices.services.posting import mail_subject
from portal.notices.services.sending import post

# A mail with more lines is not read; the page shows all.
MOST_LINES = 30
_NAMESPACE = uuid.UUID("6f0d7c3e-6c0a-4f0c-9d0b-6b1c8a5f2d10")


def digest_next(*, today: dt.date, after: int) -> int | None:
    """Settle the day's mail of the next person with a larger id than `after`; their id, None at the
    end. A person whose mail server asks to wait is left for the next day.
    """
    waiting = Notice.objects.filter(mailed_at=None, way=DIGEST, recipient_id__gt=after)
    user_id = waiting.order_by("recipient_id").values_list("recipient_id", flat=True).first()
    if user_id is not None:
        _settle(User.objects.get(pk=user_id), today)
    return user_id


def _settle(user: User, today: dt.date) -> None:
    now = clock.now()
    with transaction.atomic():
        rows = list(
            Notice.objects.select_for_update(skip_locked=True)
            .filter(recipient=user, mailed_at=None, way=DIGEST)
            .order_by("created_at")
        )
        unread = [row for row in rows if row.read_at is None]
        key = uuid.uuid5(_NAMESPACE, f"{user.pk}:{today}")
        if SentMail.objects.filter(pk=key).exists():
            return  # what came later than the mail of today waits for tomorrow's
        outcome, mail = _outcome(user, unread), None
        if outcome == Notice.Outcome.DIGESTED:
            mail = _mail(user, unread, key, now)
            if post(mail).is_to_wait:
                return
            mail.save(force_insert=True)
            if mail.outcome != SentMail.Outcome.SENT:
                outcome = Notice.Outcome.REFUSED
        for row in rows:
            row.mailed_at = now
            row.outcome = Notice.Outcome.READ if row.read_at else outcome
            row.mail = None if row.read_at else mail
        Notice.objects.bulk_update(rows, ["mailed_at", "outcome", "mail"])


def _outcome(user: User, unread: list[Notice]) -> str:
    if not user.is_active:
        return Notice.Outcome.GONE
    if is_dead(user):
        return Notice.Outcome.PAUSED
    return Notice.Outcome.DIGESTED if unread else Notice.Outcome.READ


def _mail(user: User, unread: list[Notice], key: uuid.UUID, now: dt.datetime) -> SentMail:
    """Titles stand as they were written; all around them is in today's language."""
    with override(user.language):
        count = len(unread)
        lines = [
            ngettext(
                "まだ読んでいないお知らせが%(count)d件あります。",
                "まだ読んでいないお知らせが%(count)d件あります。",
                count,
            )
            % {"count": count},
            "",
        ]
        for row in unread[:MOST_LINES]:
            lines += [f"■ {' '.join(row.subject.splitlines())}", f"  {settings.SITE_URL}{row.url}"]
        if count > MOST_LINES:
            lines.append(_("ほか%(count)d件") % {"count": count - MOST_LINES})
        lines += [
            "",
            _("すべてのお知らせ"),
            settings.SITE_URL + reverse("notices:list"),
            _("メールの受け取り方を変える"),
            settings.SITE_URL + reverse("notices:settings"),
        ]
        return SentMail(
            id=key,
            recipient=user,
            kind=SentMail.Kind.DIGEST,
            address=user.email,
            subject=mail_subject(
                ngettext("未読のお知らせ%(count)d件", "未読のお知らせ%(count)d件", count)
                % {"count": count}
            ),
            body="\n".join(lines) + "\n",
            sent_at=now,
        )
