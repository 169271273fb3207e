"""やりとり: messages between the firm and the ward about an application."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import clock, outbox, transitions
from portal.kernel.actor import Actor, Hat
from subsidies import policies
from subsidies.models import Application, Message
from subsidies.services.drafts import clean
from subsidies.services.errors import Refused

MOST_CHARACTERS = 4000
# About one application, from one side: each is mailed to everybody on the other.
MESSAGES_A_DAY = 50


def message_post(*, actor: Actor, application_id: int, body: str) -> Message:
    """Write a message; the other side gets a notice. Raises Refused, RoleMissing."""
    text = clean(body).strip()
    if not text:
        raise Refused(_("本文を入力してください。"))
    if len(text) > MOST_CHARACTERS:
        raise Refused(_("本文は%(most)d文字以内で入力してください。") % {"most": MOST_CHARACTERS})
    with transaction.atomic():
        application = policies.get_application(actor, pk=application_id)
        if not policies.may(actor, "message", application):
            raise transitions.RoleMissing
        _check_pace(application, from_ward=actor.hat == Hat.WARD)
        message = Message.objects.create(
            application=application,
            sender_id=actor.user_id,
            sender_label=actor.name[:150],
            from_ward=actor.hat == Hat.WARD,
            body=text,
        )
        outbox.publish(
            name="subsidies.message_posted",
            subject=str(application.pk),
            ward_id=application.ward_id,
            payload={
                "application_id": application.pk,
                "message_id": message.pk,
                "from_ward": message.from_ward,
            },
        )
        return message


def _check_pace(application: Application, *, from_ward: bool) -> None:
    """Raises Refused when this side has written too much lately."""
    since = clock.database_now() - dt.timedelta(days=1)
    lately = application.messages.filter(from_ward=from_ward, sent_at__gt=since)
    if lately.count() >= MESSAGES_A_DAY:
        text = _("24時間に送れるメッセージは%(most)d件までです。1件にまとめてお送りください。")
        raise Refused(text % {"most": MESSAGES_A_DAY})
