"""ラボ: where the machines stand, when it is open, and how much of it one firm may have."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models.keys import person_key, ward_key


class Lab(models.Model):
    """A lab of a host ward, open to firms of all wards.

    `cancel_hours` before the start a booking is cancelled without a point; `grace_minutes` after it
    whoever has not come has missed it. With `points_limit` points within `points_days` days a firm
    books nothing new. `offer_hours` is how long a free slot is kept for the first of the waiting list.
    `overrides` are the conditions (codes) that staff may set aside, with a reason, for a walk-in.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ward = ward_key()
    name = models.CharField(_("ラボの名前"), max_length=100)
    place = models.CharField(_("場所"), max_length=200)
    contact = models.CharField(_("問合せ先"), max_length=200)
    bring = models.TextField(_("持ち物・服装"), blank=True)
    closes_on_holidays = models.BooleanField(_("祝日は休み"), default=True)
    cancel_hours = models.PositiveSmallIntegerField(_("取消の締切（時間前）"), default=24)
    grace_minutes = models.PositiveSmallIntegerField(_("遅刻を待つ時間（分）"), default=20)
    offer_hours = models.PositiveSmallIntegerField(_("空きを案内する時間"), default=4)
    points_limit = models.PositiveSmallIntegerField(_("予約を止める点数"), default=3)
    overrides = models.JSONField(_("職員の判断で認められる条件"), default=list)
    points_days = models.PositiveSmallIntegerField(_("点数を数える日数"), default=90)
    kiosk = models.UUIDField(default=uuid.uuid4, help_text="changes when the kiosk's address must")

    class Meta:
        verbose_name = _("ラボ")
        ordering = ["ward_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ward", "name"], name="lab_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """開館時間 of a weekday (0 Monday … 6 Sunday), Tokyo. A weekday without a row is closed."""

    lab = models.ForeignKey(Lab, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("曜日"))
    opens = models.TimeField(_("開館"))
    closes = models.TimeField(_("閉館"))

    class Meta:
        verbose_name = _("開館時間")
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["lab", "weekday", "opens"], name="hours_once"),
            models.CheckConstraint(
                condition=Q(weekday__lte=6, closes__gt=F("opens")),
                name="hours_close_later",
                violation_error_message=_("閉館は、開館より後の時刻にしてください。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lab_id} {self.weekday} {self.opens}"


class Closure(models.Model):
    """休館 of a whole lab. `uid` names the event of an imported `calendar`; importing it again moves it, or
    takes it away where the calendar has it no more.
    """

    lab = models.ForeignKey(Lab, on_delete=models.CASCADE, related_name="closures")
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    reason = models.CharField(_("理由"), max_length=200)
    uid = models.CharField(max_length=255, blank=True)
    calendar = models.CharField(max_length=100, blank=True)
    made_by = person_key(null=True, db_index=False)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("休館")
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="closure_ends_later",
                violation_error_message=_("終了は、開始より後にしてください。"),
            ),
            models.UniqueConstraint(
                fields=["lab", "uid"], condition=~Q(uid=""), name="closure_uid_once"
            ),
        ]
        indexes = [models.Index(fields=["lab", "ends_at"], name="closure_by_end")]

    def __str__(self) -> str:
        return f"{self.lab_id} {self.starts_at:%Y-%m-%d}"


class Quota(models.Model):
    """上限 in hours a calendar month: of one firm, or of all firms of a ward that is not the host."""

    class Of(models.TextChoices):
        FIRM = "firm", _("1社あたり")
        WARD = "ward", _("他の区の1区あたり")

    lab = models.ForeignKey(Lab, on_delete=models.CASCADE, related_name="quotas")
    of = models.CharField(_("対象"), max_length=4, choices=Of)
    hours = models.PositiveSmallIntegerField(_("1か月の時間"))

    class Meta:
        verbose_name = _("利用の上限")
        constraints = [models.UniqueConstraint(fields=["lab", "of"], name="quota_once")]

    def __str__(self) -> str:
        return f"{self.lab_id} {self.of} {self.hours}"
