"""Reading notices, and what a person wants by mail."""

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.policies import person_id
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.audit import record
from portal.notices import topics
from portal.notices.models import APP, AT_ONCE, DIGEST, Notice, OptOut

SALT = "notices.unsubscribe"


def mark_read(*, actor: Actor, notice_id: str, now: dt.datetime) -> Notice:
    """Mark one of the actor's notices as read. Raises Notice.DoesNotExist for others'."""
    notice = Notice.objects.get(id=notice_id, recipient_id=actor.user_id)
    if notice.read_at is None:
        notice.read_at = now
        notice.save(update_fields=["read_at"])
    return notice


def all_read(*, actor: Actor, seen: dt.datetime, now: dt.datetime) -> int:
    """Mark as read what had come when the page was made: what came since was not seen."""
    rows = Notice.objects.filter(recipient_id=person_id(actor), read_at=None, created_at__lte=seen)
    return rows.update(read_at=now)


def settings_save(*, actor: Actor, ways: Mapping[str, str]) -> None:
    """How mails of each kind come (topic → way); kinds that are not named come at once.

    What is urgent, unknown or cannot come in the daily mail stays at once. Notices that wait for the
    daily mail follow. Raises PermissionDenied where nobody is signed in.
    """
    user_id = person_id(actor)
    wanted = {code: way for code, way in ways.items() if way != AT_ONCE and _may(code, way)}
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user_id)
        rows = OptOut.objects.filter(user_id=user_id)
        before = dict(rows.values_list("topic", "way"))
        rows.exclude(topic__in=wanted).delete()
        for code, way in sorted(wanted.items()):
            if before.get(code) != way:
                OptOut.objects.update_or_create(user_id=user_id, topic=code, defaults={"way": way})
        _follow(user_id, wanted, clock.now())
        if before != wanted:
            record(
                actor=actor,
                action="notices.mail_chosen",
                changes={"ways": [dict(sorted(before.items())), dict(sorted(wanted.items()))]},
            )


def _may(code: str, way: str) -> bool:
    topic = topics.topic_of(code)
    if topic is None or topic.urgent:
        return False
    return way == APP or (way == DIGEST and topic.digests)


def _follow(user_id: int, wanted: Mapping[str, str], now: dt.datetime) -> None:
    """What waits for a mail comes as is wanted now."""
    waiting = Notice.objects.filter(recipient_id=user_id, mailed_at=None)
    waiting.filter(way=DIGEST).exclude(topic__in=wanted).update(way=AT_ONCE)
    daily = [code for code, way in wanted.items() if way == DIGEST]
    waiting.filter(topic__in=daily).update(way=DIGEST)
    never = [code for code, way in wanted.items() if way == APP]
    waiting.filter(topic__in=never).update(way=APP, mailed_at=now, outcome=Notice.Outcome.UNWANTED)


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
    row, new = OptOut.objects.get_or_create(user=user, topic=topic)
    if new or row.way != APP:
        row.way = APP
        row.save(update_fields=["way"])
        record(
            actor=Actor.public(user_id=user.pk),
            action="notices.mail_stopped",
            detail={"topic": topic, "by": "link"},
        )
    return topic


def unsubscribe_url(*, user_id: int, topic: str) -> str:
    """The address in the mail."""
    token = unsubscribe_token(user_id=user_id, topic=topic)
    return settings.SITE_URL + reverse("notices:unsubscribe", args=[token])
