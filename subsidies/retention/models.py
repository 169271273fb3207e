"""A case that has ended with its last day, what holds it by hand, and the disposals."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models.keys import person_key, ward_key
from subsidies.retention import states
from subsidies.retention.rules.retention import RULE, Ending

ENDINGS = {
    Ending.REFUSED: _("不交付決定"),
    Ending.WITHDRAWN: _("取下げ"),
    Ending.CANCELLED: _("廃止"),
    Ending.REVOKED: _("取消"),
    Ending.CLOSED: _("完了"),
}


class KeptCase(models.Model):
    """保存中の案件: an application that has ended. Entered and kept in step each night.

    `ends_on` is always a 31 March, worked out by the version `rule` of the rule from `ended_on`
    and the scheme version's years. `disposed_at` is written by the database's own function alone.
    """

    application = models.OneToOneField(
        "subsidies.Application", on_delete=models.PROTECT, related_name="kept"
    )
    ward = ward_key()
    ending = models.CharField(_("終わり方"), max_length=12, choices=list(ENDINGS.items()))
    ended_on = models.DateField(_("終わった日"))
    retention_class = models.CharField(_("保存年限の区分"), max_length=40)
    years = models.PositiveSmallIntegerField(_("保存年数"))
    rule = models.PositiveSmallIntegerField(default=RULE)
    ends_on = models.DateField(_("保存期間の満了日"))
    entered_at = models.DateTimeField(db_default=Now())
    disposed_at = models.DateTimeField(_("廃棄日時"), null=True)

    class Meta:
        verbose_name = _("保存中の案件")
        indexes = [
            models.Index(
                fields=["ward", "ends_on", "id"],
                name="kept_by_end",
                condition=Q(disposed_at=None),
            ),
            models.Index(fields=["ward", "-disposed_at"], name="kept_disposed"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.ends_on}"


class Hold(models.Model):
    """保存の停止解除まで: a hold put by hand; it holds until somebody lifts it with a reason."""

    class Kind(models.TextChoices):
        AUDIT = "audit", _("監査")
        LAWSUIT = "lawsuit", _("訴訟・審査請求")
        DISCLOSURE = "disclosure", _("情報公開請求")
        OTHER = "other", _("その他")

    application = models.ForeignKey(
        "subsidies.Application", on_delete=models.PROTECT, related_name="holds"
    )
    ward = ward_key()
    kind = models.CharField(_("種類"), max_length=12, choices=Kind)
    reason = models.CharField(_("理由"), max_length=300)
    put_by = person_key(db_index=False)
    put_at = models.DateTimeField(_("停止した日時"), db_default=Now())
    lifted_by = person_key(db_index=False, null=True)
    lifted_at = models.DateTimeField(_("解除した日時"), null=True)
    lifted_reason = models.CharField(_("解除の理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("廃棄の停止")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="hold_has_reason"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lifted_reason="")
                | Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_reason=""),
                name="hold_lifted_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind}"


class Disposal(models.Model):
    """廃棄の案: a ward's cases whose years have ended, proposed by one and approved by another."""

    ward = ward_key()
    status = models.CharField(
        _("状態"),
        max_length=12,
        default=states.PROPOSED,
        choices=states.DISPOSAL.choices,
    )
    ended_by = models.DateField(_("満了の基準日"), help_text="cases whose years ended by this day")
    reason = models.TextField(_("起案の理由"))
    prepared_by = person_key(db_index=False)
    prepared_at = models.DateTimeField(_("起案日時"), db_default=Now())
    approved_by = person_key(db_index=False, null=True)
    approved_at = models.DateTimeField(_("決裁日時"), null=True)
    finished_at = models.DateTimeField(_("廃棄を終えた日時"), null=True)

    class Meta:
        verbose_name = _("廃棄")
        indexes = [models.Index(fields=["ward", "-id"], name="disposal_by_ward")]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("prepared_by")),
                name="disposal_four_eyes",
                violation_error_message=_("起案した人は決裁できません。"),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[states.APPROVED, states.DONE])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="disposal_approved_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["ward"],
                condition=Q(status__in=[states.PROPOSED, states.APPROVED]),
                name="disposal_one_at_a_time",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="disposal_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.ward_id} {self.ended_by}"


class DisposalItem(models.Model):
    """One case of a disposal: what became of it. The receipt number and the days are the record
    (廃棄記録) and stay; `reason` says why it was left out or could not be disposed of.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("廃棄する")
        EXCLUDED = "excluded", _("対象外")
        DONE = "done", _("廃棄済み")
        FAILED = "failed", _("廃棄しなかった")

    disposal = models.ForeignKey(
        Disposal, on_delete=models.PROTECT, related_name="items", db_index=False
    )
    kept = models.ForeignKey(KeptCase, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    outcome = models.CharField(_("結果"), max_length=8, choices=Outcome, default=Outcome.WAITING)
    reason = models.TextField(_("理由"), blank=True)
    files = models.PositiveIntegerField(_("消したファイル"), default=0)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("廃棄の対象")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["disposal", "position"], name="disposal_position"),
            models.UniqueConstraint(fields=["disposal", "kept"], name="disposal_item_once"),
            models.UniqueConstraint(
                fields=["kept"], condition=Q(outcome="done"), name="disposed_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["waiting", "done"]) | ~Q(reason=""),
                name="disposal_item_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.disposal_id} {self.position} {self.outcome}"
