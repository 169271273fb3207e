"""A notice to one person, the mail it left in, and addresses that take no mail any more."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

# The mail that tells of a notice has this form (Notice.way, OptOut.way).
AT_ONCE, DIGEST, APP = "now", "digest", "app"


class SentMail(models.Model):
    """届けたメールの写し, word for word: what the person reads in the portal.

    Its id makes the Message-ID and the address that bounces come back to. Links that are secrets
    (sign-in, invitations, answers without sign-in) are never kept: such a copy has no text, or the
    portal's own address in their place. No `recipient`: the address belongs to no account.
    """

    class Kind(models.TextChoices):
        NOTICE = "notice", _("お知らせ")
        DIGEST = "digest", _("1日のまとめ")
        ACCOUNT = "account", _("アカウントの安全")
        SURVEY = "survey", _("調査")
        NEWS = "news", _("区のお知らせ")

    class Outcome(models.TextChoices):
        SENT = "sent", _("送信しました")
        REFUSED = "refused", _("受け取りを断られました")
        BOUNCED = "bounced", _("届きませんでした")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="sent_mails"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    address = models.EmailField(_("あて先"))
    subject = models.CharField(_("件名"), max_length=200)
    body = models.TextField(_("本文"))
    sent_at = models.DateTimeField(_("送信日時"))
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.SENT)
    code = models.CharField(_("相手のサーバーの答え"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("送信したメール")

    def __str__(self) -> str:
        return self.subject


class Notice(models.Model):
    """通知. `event_key` makes writing it twice impossible; `url` is a path of this site.

    `topic` names its kind (`topics.py`), `way` how its mail was to come when it was written.
    `mailed_at` is when that was settled, `outcome` how. `not_before`: the mail server asked to
    wait, `tries` times.
    """

    class Outcome(models.TextChoices):
        SENT = "sent", _("メールでも送りました")
        DIGESTED = "digested", _("1日のまとめで送りました")
        READ = "read", _("ポータルで読んだので、メールは送っていません")
        UNWANTED = "unwanted", _("メールは送らない設定です")
        PAUSED = "paused", _("アドレスに届かないため、メールを止めています")
        REFUSED = "refused", _("メールを受け取ってもらえませんでした")
        GONE = "gone", _("利用を終えた方です")

    class Told(models.TextChoices):
        PHONE = "phone", _("電話")
        LETTER = "letter", _("郵便")
        VISIT = "visit", _("窓口・訪問")

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
    way = models.CharField(max_length=6, default=AT_ONCE, db_default=AT_ONCE)
    mailed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default="")
    mail = models.ForeignKey(SentMail, null=True, on_delete=models.SET_NULL, related_name="notices")
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    not_before = models.DateTimeField(null=True)
    told_how = models.CharField(max_length=6, choices=Told, blank=True, default="")
    told_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("お知らせ")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "event_key"], name="notice_once")
        ]
        indexes = [
            models.Index(fields=["recipient"], name="notice_unread", condition=Q(read_at=None)),
            models.Index(
                fields=["created_at"],
                name="notice_unmailed",
                condition=Q(mailed_at=None, way=AT_ONCE),
            ),
            models.Index(
                fields=["recipient", "created_at"],
                name="notice_for_digest",
                condition=Q(mailed_at=None, way=DIGEST),
            ),
            models.Index(fields=["recipient", "created_at"], name="notice_by_person"),
        ]

    def __str__(self) -> str:
        return self.subject


class OptOut(models.Model):
    """配信停止・まとめ: a person gets no single mail of this kind; the notice in the portal stays.

    `way`: in the daily mail, or in the portal alone.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="opt_outs"
    )
    topic = models.CharField(max_length=60)
    way = models.CharField(max_length=6, default=APP, db_default=APP)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("メールの配信停止")
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="opt_out_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.topic}"


class DeadAddress(models.Model):
    """届かないアドレス: a mail to it came back for good. Counts while it is the person's address.

    Without `user` (a firm of the register, a reader of news) the address stands for itself.
    """

    class Source(models.TextChoices):
        REFUSED = "refused", _("送信のときに断られた")
        BOUNCED = "bounced", _("不達の知らせが戻った")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="dead_address"
    )
    address = models.EmailField(_("メールアドレス"))
    source = models.CharField(max_length=8, choices=Source)
    code = models.CharField(_("相手のサーバーの答え"), max_length=20)
    found_at = models.DateTimeField(_("わかった日時"))

    class Meta:
        verbose_name = _("届かないメールアドレス")
        constraints = [
            models.UniqueConstraint(
                fields=["address"], condition=Q(user=None), name="dead_address_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.code}"
