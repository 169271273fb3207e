"""Subscribing to news, stopping it, and the mails themselves."""

import datetime as dt
import uuid
from collections.abc import Collection
from smtplib import SMTPException

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.accounts.models import User
from portal.cms.mailing.categories import Category
from portal.cms.mailing.models import Mail, Subscription
from portal.kernel import audit
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.notices.models import Notice, SentMail
from portal.notices.selectors import dead_addresses, unwilling
from portal.notices.services import (
    MOST_TRIES,
    address_alive,
    asked_again_at,
    keep,
    mail_subject,
    post,
    told,
)
from programs.models import Ward

SALT_CONFIRM, SALT_STOP = "mailing.confirm", "mailing.stop"
CONFIRM_SECONDS = 3 * 24 * 3600
SUBJECT_LENGTH = 120
TOPIC, CONFIRM = "mailing.news", "confirm"
# An address is asked at most once in so long, whoever enters it.
ASKED_AGAIN_AFTER = dt.timedelta(hours=1)
# For all places together: there are two dozen of them, and the address may be somebody else's.
ASKED_AT_MOST = 3


def subscribe(
    *,
    email: str,
    ward_id: int | None,
    categories: Collection[str],
    language: str,
    now: dt.datetime,
) -> None:
    """Ask the address whether it wants this. The answer to who asks is the same for all addresses.

    An address that has confirmed already is asked too: its choice changes with the confirmation.
    """
    wanted = [code for code in Category.values if code in set(categories)]
    with acting(Actor.system("mailing.subscribe", ward_id=ward_id)):
        found = (
            Subscription.objects.select_for_update()
            .filter(Q(ward_id=ward_id), email__iexact=email, ended_at=None)
            .first()
        )
        asked = Mail.objects.filter(
            key=CONFIRM,
            created_at__gt=now - ASKED_AGAIN_AFTER,
            subscription__email__iexact=email,
        )
        if asked.count() >= ASKED_AT_MOST or asked.filter(subscription=found).exists():
            return
        if found is None:
            try:
                with transaction.atomic():
                    found = Subscription.objects.create(
                        email=email, ward_id=ward_id, categories=wanted, language=language
                    )
            except IntegrityError:  # the same form sent twice at once
                return
        _ask(found, wanted, language)


def confirm_read(token: str) -> tuple[uuid.UUID, list[str]]:
    """(subscription, what was asked for). Raises signing.BadSignature, ValueError, TypeError."""
    public_id, wanted = signing.loads(token, salt=SALT_CONFIRM, max_age=CONFIRM_SECONDS)
    return uuid.UUID(public_id), [code for code in wanted if code in Category.values]


def confirm(*, token: str, now: dt.datetime) -> Subscription:
    """The address says yes. Twice changes nothing. Raises like `confirm_read`, and DoesNotExist."""
    public_id, wanted = confirm_read(token)
    actor = Actor.system("mailing.confirm")
    with acting(actor):
        found = Subscription.objects.select_for_update().get(public_id=public_id, ended_at=None)
        if found.confirmed_at is None or found.categories != wanted:
            found.confirmed_at = found.confirmed_at or now
            found.categories = wanted or found.categories
            found.save(update_fields=["confirmed_at", "categories"])
            audit.record(
                actor=actor,
                action="mailing.confirmed",
                obj=found,
                detail={"categories": found.categories},
            )
        address_alive(actor=actor, address=found.email)
    return found


def stop_token(subscription: Subscription) -> str:
    """What the link in each mail carries."""
    return signing.dumps(str(subscription.public_id), salt=SALT_STOP)


def stop_read(token: str) -> uuid.UUID:
    """Raises signing.BadSignature, ValueError, TypeError."""
    return uuid.UUID(signing.loads(token, salt=SALT_STOP))


def stop(*, token: str, now: dt.datetime) -> None:
    """No more mails; what waits is not sent. Twice changes nothing. Raises like `stop_read`."""
    actor = Actor.system("mailing.stop")
    with acting(actor):
        rows = Subscription.objects.select_for_update()
        found = rows.filter(public_id=stop_read(token), ended_at=None).first()
        if found is None:
            return
        found.ended_at = now
        found.save(update_fields=["ended_at"])
        found.mails.filter(sent_at=None).delete()
        audit.record(actor=actor, action="mailing.stopped", obj=found)


def announce(
    *, key: str, ward_id: int | None, category: str, title: str, summary: str, path: str
) -> int:
    """Write one mail for each address that wants such news; returns how many are new.

    `key` names the news: publishing a correction writes nothing again.
    """
    with acting(Actor.system("mailing.announce", ward_id=ward_id)):
        rows = Subscription.objects.filter(
            Q(ward_id=ward_id),
            ended_at=None,
            confirmed_at__isnull=False,
            categories__contains=[category],
        ).exclude(mails__key=key)
        mails = [
            Mail(subscription=row, key=key, subject=title[:SUBJECT_LENGTH], body=summary, url=path)
            for row in rows.only("id").iterator()
        ]
        Mail.objects.bulk_create(mails, ignore_conflicts=True, batch_size=500)
    return len(mails)


def send_next(now: dt.datetime) -> bool:
    """Send the mail that waits longest; False when none waits.

    A server's trouble is waited for some times and the mail then left: it stops nobody behind
    it. Who has an account reads it in the portal, too.
    """
    with transaction.atomic():
        mail = (
            Mail.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(Q(not_before=None) | Q(not_before__lte=now))
            .filter(sent_at=None, failed__lt=MOST_TRIES)
            .select_related("subscription__ward")
            .order_by("failed", "created_at")
            .first()
        )
        if mail is None:
            return False
        if mail.subscription.ended_at is None:
            try:
                is_settled = _deliver(mail, now)
            except SMTPException:
                is_settled = False
            if not is_settled:
                mail.failed += 1
                mail.not_before = asked_again_at(now, mail.failed)
                mail.save(update_fields=["failed", "not_before"])
                return True
        mail.sent_at = now
        mail.save(update_fields=["sent_at"])
        return True


def _deliver(mail: Mail, now: dt.datetime) -> bool:
    """Send it unless it is known that it cannot arrive; whether that is the end of it."""
    person = User.objects.filter(email__iexact=mail.subscription.email, is_active=True).first()
    kept, text, stop = _mail_of(mail, person, now)
    if mail.key == CONFIRM:  # an address that is entered again may be alive again
        is_settled = not post(kept, stop=stop, text=text).is_to_wait
        keep([kept])
        return is_settled
    outcome = Notice.Outcome.SENT
    if person and unwilling([person.pk], TOPIC):
        outcome = Notice.Outcome.UNWANTED
    elif dead_addresses([kept.address]):
        outcome = Notice.Outcome.PAUSED
    else:
        if post(kept, stop=stop, text=text).is_to_wait:
            return False
        if kept.outcome != SentMail.Outcome.SENT:
            outcome = Notice.Outcome.REFUSED
    notices = []
    if person:
        key = f"mailing.{mail.pk}"
        notices = [told(kept, key=key, topic=TOPIC, url=mail.url, outcome=outcome, body=mail.body)]
    has_left = outcome in {Notice.Outcome.SENT, Notice.Outcome.REFUSED}
    keep([kept] if has_left else [], notices)
    return True


def tidy(*, now: dt.datetime) -> int:
    """Delete what was never confirmed or has ended, with its mails; how many rows. Every night."""
    before = now - dt.timedelta(days=settings.NEWS_MAIL_KEEP_DAYS)
    old = Q(confirmed_at=None, asked_at__lt=before) | Q(ended_at__lt=before)
    count, _by_model = Subscription.objects.filter(old).delete()
    return count


def _ask(subscription: Subscription, wanted: list[str], language: str) -> None:
    token = signing.dumps([str(subscription.public_id), wanted], salt=SALT_CONFIRM)
    with override(language):
        subscription.mails.filter(key=CONFIRM).delete()
        Mail.objects.create(
            subscription=subscription,
            key=CONFIRM,
            subject=_("お知らせメールの申込みの確認"),
            body=_(
                "%(place)sのお知らせメールの申込みを受け付けました。次のページを開いて「受け取る」を"
                "押すと、届くようになります。心当たりがないときは、何もしないでください。"
            )
            % {"place": place_name(subscription.ward)},
            url=reverse("mailing:confirm", args=[token]),
        )


def place_name(ward: Ward | None) -> str:
    """Whose news it is, in words."""
    return ward.display_name if ward else str(_("町工場DXポータル"))


def _mail_of(mail: Mail, person: User | None, now: dt.datetime) -> tuple[SentMail, str, str]:
    """The copy without links that are secrets, the text that leaves, and the address that stops it."""
    found, stop = mail.subscription, ""
    with override(found.language):
        text = f"{mail.body}\n\n{settings.SITE_URL}{mail.url}\n"
        kept = SentMail(
            id=mail.id,
            recipient=person,
            kind=SentMail.Kind.NEWS,
            address=found.email,
            subject=mail_subject(mail.subject),
            body=mail.body if mail.key == CONFIRM else text,
            sent_at=now,
        )
        if mail.key != CONFIRM:
            stop = settings.SITE_URL + reverse("mailing:stop", args=[stop_token(found)])
            text += "\n" + _("このお知らせメールが要らないときは、次のページで止められます。")
            text += f"\n{stop}\n"
    return kept, text, stop
