"""A notice to one person, readable in the portal and sent by e-mail."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """通知. `event_key` makes writing it twice impossible; `url` is a path of this site.

    `topic` names the kind of mail where the recipient may do without it (`topics.py`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    event_key = models.CharField(max_length=80)
    subject = models.CharField(_("件名"), max_length=120)
    body = models.TextField(_("本文"))
    url = models.CharField(max_length=200)
    topic = models.CharField(max_length=60, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("お知らせ")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "event_key"], name="notice_once")
        ]
        indexes = [
            models.Index(
                fields=["recipient"], name="notice_unread", condition=models.Q(read_at=None)
            ),
            models.Index(
                fields=["created_at"], name="notice_unmailed", condition=models.Q(mailed_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class OptOut(models.Model):
    """配信停止: a person gets no mail of this topic; the notice in the portal stays."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="opt_outs"
    )
    topic = models.CharField(max_length=60)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("メールの配信停止")
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="opt_out_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.topic}"
