"""A grant: what becomes of an application once it is decided (交付決定後の補助事業)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from subsidies import grant_states


class Grant(models.Model):
    """The granted project from its decision (交付決定) to the last report years later.

    Amounts in yen: `decided_yen` is what stands decided (a change may lower it), `final_yen` the
    final amount (額の確定, never above the decision), `paid_yen` what was paid. The columns from
    `firm_name` to `receipt_no` repeat what lists show. `report_due_on` is the day by which the
    completion report (実績報告) is due.
    """

    application = models.OneToOneField(
        "subsidies.Application", on_delete=models.PROTECT, related_name="grant"
    )
    ward = models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="grants")
    call = models.ForeignKey("subsidies.Call", on_delete=models.PROTECT, related_name="grants")
    status = models.CharField(
        _("状態"),
        max_length=20,
        default=grant_states.IN_PROGRESS,
        choices=grant_states.GRANT.choices,
    )
    decided_on = models.DateField(_("交付決定日"))
    decided_yen = models.PositiveBigIntegerField(_("交付決定額（円）"))
    final_yen = models.PositiveBigIntegerField(_("確定額（円）"), null=True)
    paid_yen = models.PositiveBigIntegerField(_("支払済額（円）"), default=0)
    project_ends_on = models.DateField(_("事業の期限"))
    report_due_on = models.DateField(_("実績報告の期限"))
    completed_on = models.DateField(_("事業完了日"), null=True)
    firm_name = models.CharField(_("補助事業者"), max_length=200)
    title = models.CharField(_("事業名"), max_length=120, blank=True)
    receipt_no = models.CharField(_("受付番号"), max_length=40)

    class Meta:
        verbose_name = _("補助事業")
        constraints = [
            models.CheckConstraint(
                condition=Q(final_yen=None) | Q(final_yen__lte=F("decided_yen")),
                name="grant_final_within_decision",
                violation_error_message=_("確定額は交付決定額を超えられません。"),
            ),
            # An advance (概算払) may turn out to exceed the final amount; the rest is recovered.
            models.CheckConstraint(
                condition=Q(paid_yen__lte=F("decided_yen")),
                name="grant_paid_within_decision",
                violation_error_message=_("支払額は交付決定額を超えられません。"),
            ),
        ]
        indexes = [
            models.Index(fields=["ward", "status", "report_due_on", "id"], name="grant_by_status"),
        ]

    def __str__(self) -> str:
        return self.receipt_no
