"""Who wants news by mail, and the mails that wait to leave."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from portal.cms.mailing.categories import Category


class Subscription(models.Model):
    """配信の登録: an address, for one ward's news or (without ward) the common ones.

    Nothing is sent before `confirmed_at`: whoever enters an address need not own it. `ended_at`
    keeps the row for a while, so that the link of an old mail still says that all is stopped.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("メールアドレス"))
    ward = models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    categories = ArrayField(models.CharField(max_length=12, choices=Category))
    language = models.CharField(max_length=5, default="ja")
    asked_at = models.DateTimeField(db_default=Now())
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("お知らせメールの登録")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "ward",
                condition=Q(ended_at=None),
                name="subscription_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=~Q(categories=[]), name="subscription_wants_something"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Mail(models.Model):
    """One mail to one subscriber. `key` (the page) makes writing it twice impossible.

    `not_before`: the mail server asked to wait, `failed` times.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="mails")
    key = models.CharField(max_length=40)
    subject = models.CharField(max_length=160)
    body = models.TextField()
    url = models.CharField(max_length=400)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    failed = models.PositiveSmallIntegerField(db_default=0)
    not_before = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("お知らせメール")
        constraints = [
            models.UniqueConstraint(fields=["subscription", "key"], name="news_mail_once")
        ]
        indexes = [
            models.Index(fields=["created_at"], name="news_mail_waiting", condition=Q(sent_at=None))
        ]

    def __str__(self) -> str:
        return self.subject
