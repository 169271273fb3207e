"""起案 and 決裁 after the decision, one shape for all of them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from subsidies.grants import states


class Ruling(models.Model):
    """What one official proposes and another approves about a grant (変更, 廃止, 額の確定, 取消 …).

    `kind` names the effect (`services.rulings.effect`); `terms` is everything the ruling rests on
    and binds to: calculation, changed values, form number, guideline. Frozen once ruled.
    """

    class Outcome(models.TextChoices):
        APPROVE = "approve", _("承認・決定")
        REJECT = "reject", _("不承認")

    grant = models.ForeignKey("subsidies.Grant", on_delete=models.PROTECT, related_name="rulings")
    ward = models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    firm = models.ForeignKey(
        "programs.Firm", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    filing = models.ForeignKey(
        "grants.Filing", on_delete=models.PROTECT, null=True, related_name="rulings"
    )
    kind = models.CharField(_("区分"), max_length=24)
    status = models.CharField(
        _("状態"),
        max_length=12,
        default=states.PROPOSED,
        choices=states.RULING.choices,
    )
    outcome = models.CharField(_("結論"), max_length=8, choices=Outcome)
    amount_yen = models.PositiveBigIntegerField(_("額（円）"), null=True)
    reason = models.TextField(_("理由"))
    terms = models.JSONField(default=dict)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    prepared_at = models.DateTimeField(db_default=Now())
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    ruled_on = models.DateField(_("決定日"), null=True)
    document_no = models.CharField(_("文書番号"), max_length=60, null=True, unique=True)
    letter = models.ForeignKey(
        "kernel.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("起案・決裁")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["grant"], condition=Q(status=states.PROPOSED), name="ruling_open_once"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("prepared_by")),
                name="ruling_four_eyes",
                violation_error_message=_("起案した人は決裁できません。"),
            ),
            models.CheckConstraint(
                condition=~Q(status=states.RULED)
                | Q(
                    approved_by__isnull=False,
                    document_no__isnull=False,
                    ruled_on__isnull=False,
                ),
                name="ruling_complete",
            ),
        ]
        indexes = [models.Index(fields=["ward", "status", "id"], name="ruling_by_status")]

    def __str__(self) -> str:
        return self.document_no or f"{self.grant_id} {self.kind}"
