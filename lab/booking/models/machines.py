"""設備: the machines with what using them asks for, and what using them costs."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.booking import states
from lab.booking.codes import Category
from lab.booking.models.labs import Lab
from portal.kernel.transitions import State
from programs.models.keys import person_key

MOST_MINUTES = 24 * 60


class Machine(models.Model):
    """A machine, kit or room that is booked; an accessory is one too, booked together with others.

    A booking is a multiple of `slot_minutes`, at most `most_minutes`, made at least `lead_hours` and
    at most `ahead_days` before. `before_minutes` and `after_minutes` stay free round it for
    preparing and cleaning. `purposes` are codes; none means all. `in_use_from` is its first day in the
    lab, where that is known.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lab = models.ForeignKey(Lab, on_delete=models.PROTECT, related_name="machines")
    category = models.CharField(_("種類"), max_length=8, choices=Category)
    name = models.CharField(_("名前"), max_length=100)
    maker = models.CharField(_("メーカー・型番"), max_length=100, blank=True)
    summary = models.CharField(_("できること"), max_length=300)
    place = models.CharField(_("置き場所"), max_length=100)
    manual_url = models.URLField(_("使い方の資料"), max_length=300, blank=True)
    hazards = models.CharField(_("危険と注意"), max_length=300, blank=True)
    slot_minutes = models.PositiveSmallIntegerField(_("予約の単位（分）"), default=60)
    most_minutes = models.PositiveSmallIntegerField(_("1回の上限（分）"), default=240)
    lead_hours = models.PositiveSmallIntegerField(_("予約の締切（時間前）"), default=2)
    ahead_days = models.PositiveSmallIntegerField(_("予約できる日数"), default=60)
    before_minutes = models.PositiveSmallIntegerField(_("前の準備（分）"), default=0)
    after_minutes = models.PositiveSmallIntegerField(_("後の片付け（分）"), default=15)
    needs_approval = models.BooleanField(_("承認が必要"), default=False)
    needs_training = models.BooleanField(_("講習が必要"), default=False)
    needs_supervisor = models.BooleanField(_("職員の立会いが必要"), default=False)
    is_accessory = models.BooleanField(_("付属品"), default=False)
    accessories = models.ManyToManyField("self", symmetrical=False, related_name="goes_with")
    purposes = models.JSONField(_("目的"), default=list)
    status = models.CharField(
        _("状態"), max_length=14, default=states.IN_SERVICE, choices=states.MACHINE.choices
    )
    status_reason = models.CharField(_("休止の理由"), max_length=300, blank=True)
    in_use_from = models.DateField(_("使い始めた日"), null=True)

    class Meta:
        verbose_name = _("設備")
        ordering = ["category", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lab", "name"],
                name="machine_name_once",
                violation_error_message=_("同じ名前の設備があります。"),
            ),
            models.CheckConstraint(
                condition=Q(slot_minutes__gte=10, most_minutes__gte=F("slot_minutes"))
                & Q(most_minutes__lte=MOST_MINUTES),
                name="machine_slot_fits",
                violation_error_message=_(
                    "予約の単位は10分以上、1回の上限はその単位以上24時間以下にしてください。"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> State:
        return states.MACHINE.state(self.status)

    @property
    def gap_minutes(self) -> int:
        """What stays free between two bookings: both constraints hold."""
        return max(self.before_minutes, self.after_minutes)


class Maintenance(models.Model):
    """保守 of one machine, or the time of an event that uses it (`of_event`: it ends with the event).

    `uid` names the event of an imported `calendar` (see Closure).
    """

    machine = models.ForeignKey(Machine, on_delete=models.CASCADE, related_name="maintenance")
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    reason = models.CharField(_("理由"), max_length=200)
    of_event = models.BooleanField(default=False)
    uid = models.CharField(max_length=255, blank=True)
    calendar = models.CharField(max_length=100, blank=True)
    made_by = person_key(null=True, db_index=False)

    class Meta:
        verbose_name = _("保守")
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="maintenance_ends_later",
                violation_error_message=_("終了は、開始より後にしてください。"),
            ),
            models.UniqueConstraint(
                fields=["machine", "uid"], condition=~Q(uid=""), name="maintenance_uid_once"
            ),
        ]
        indexes = [models.Index(fields=["machine", "ends_at"], name="maintenance_by_end")]

    def __str__(self) -> str:
        return f"{self.machine_id} {self.starts_at:%Y-%m-%d}"


class Standstill(models.Model):
    """休止 of one machine, from when to when; `until` is empty as long as it lasts."""

    machine = models.ForeignKey(Machine, on_delete=models.CASCADE, related_name="standstills")
    since = models.DateTimeField(_("休止の開始"))
    until = models.DateTimeField(_("休止の終了"), null=True)

    class Meta:
        verbose_name = _("設備の休止")
        ordering = ["since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="standstill_ends_later"
            ),
            models.UniqueConstraint(
                fields=["machine"], condition=Q(until=None), name="standstill_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.machine_id} {self.since:%Y-%m-%d}"


class FeeTable(models.Model):
    """料金表 of a lab, one version a beginning day. All amounts are yen with tax (税込).

    `discount_percent` goes to firms with a site in the host ward; `waives_first` makes the first
    trial (導入前の試用) of a firm in this lab free.
    """

    lab = models.ForeignKey(Lab, on_delete=models.PROTECT, related_name="fee_tables")
    version = models.PositiveSmallIntegerField(_("版"))
    valid_from = models.DateField(_("適用の開始"))
    discount_percent = models.PositiveSmallIntegerField(_("区内の割引（%）"), default=0)
    waives_first = models.BooleanField(_("はじめての試用は無料"), default=True)
    made_by = person_key(null=True, db_index=False)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("料金表")
        ordering = ["-valid_from", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["lab", "version"], name="fee_version_once"),
            models.UniqueConstraint(fields=["lab", "valid_from"], name="fee_day_once"),
            models.CheckConstraint(
                condition=Q(discount_percent__lte=100),
                name="fee_discount",
                violation_error_message=_("割引は0から100までの数にしてください。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lab_id} {self.version}"


class FeeLine(models.Model):
    """What one machine costs, a slot or an hour (税込). A machine without a line is free."""

    class Per(models.TextChoices):
        SLOT = "slot", _("1単位")
        HOUR = "hour", _("1時間")

    table = models.ForeignKey(FeeTable, on_delete=models.CASCADE, related_name="lines")
    machine = models.ForeignKey(Machine, on_delete=models.PROTECT, related_name="fees")
    per = models.CharField(_("単位"), max_length=4, choices=Per)
    amount_yen = models.PositiveIntegerField(_("金額（円・税込）"))

    class Meta:
        verbose_name = _("料金")
        constraints = [models.UniqueConstraint(fields=["table", "machine"], name="fee_line_once")]

    def __str__(self) -> str:
        return f"{self.table_id} {self.machine_id} {self.amount_yen}"
