"""An obligation with its day and its owner, and the private address of somebody's calendar."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models.keys import ward_key
from subsidies.obligations import states
from subsidies.obligations.rules import plan


class Obligation(models.Model):
    """Something that has to be done about a grant by a day (提出, 確認, 廃棄の検討).

    `owner` is the official who sees to it. It outlives staff changes: an owner whose role has ended
    counts as nobody (`policies.present_owner`), and the ward's administrators answer for it.
    `number` counts within the kind: the year of an effect report, the asset of a restriction.
    The firm's and the receipt number are repeated for the lists.
    """

    class Kind(models.TextChoices):
        COMPLETION_REPORT = plan.COMPLETION_REPORT, _("実績報告")
        CLAIM = plan.CLAIM, _("請求")
        EFFECT_REPORT = plan.EFFECT_REPORT, _("効果報告")
        TAX_CREDIT = plan.TAX_CREDIT, _("仕入控除税額報告")
        RESTRICTION_END = plan.RESTRICTION_END, _("財産処分の制限の終わり")
        RETENTION = plan.RETENTION, _("保存期間の満了と廃棄の検討")

    grant = models.ForeignKey(
        "subsidies.Grant", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    ward = ward_key()
    firm = models.ForeignKey(
        "programs.Firm", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(_("区分"), max_length=20, choices=Kind)
    number = models.PositiveBigIntegerField(_("回"), default=1)
    due_on = models.DateField(_("期限"))
    status = models.CharField(
        _("状態"),
        max_length=8,
        default=states.OPEN,
        choices=states.OBLIGATION.choices,
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    firm_name = models.CharField(_("補助事業者"), max_length=200)
    receipt_no = models.CharField(_("受付番号"), max_length=40)
    created_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(_("処理日時"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    reason = models.TextField(_("理由"), blank=True)
    reminded_on = models.DateField(_("最後の督促"), null=True)
    reminders = models.PositiveSmallIntegerField(_("督促の回数"), default=0)

    class Meta:
        verbose_name = _("期限のある義務")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["grant", "kind", "number"], name="obligation_once"),
            models.CheckConstraint(
                condition=Q(status=states.OPEN, settled_at=None)
                | Q(status__in=states.SETTLED, settled_at__isnull=False),
                name="obligation_settled_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(status=states.WAIVED) | ~Q(reason=""),
                name="obligation_waived_has_reason",
                violation_error_message=_("理由を入力してください。"),
            ),
        ]
        indexes = [
            models.Index(fields=["ward", "status", "due_on", "id"], name="obligation_by_day"),
            models.Index(fields=["firm", "status", "due_on"], name="obligation_of_firm"),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_no} {self.get_kind_display()} {self.number or ''}".rstrip()


class Feed(models.Model):
    """The private address of an official's calendar (iCalendar) in a ward.

    Only the SHA-256 of its secret part is kept. A new address ends the one before.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ward = ward_key()
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    read_on = models.DateField(_("最後に読まれた日"), null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("カレンダーの配信先")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "ward"], condition=Q(ended_at=None), name="feed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.ward_id}"
