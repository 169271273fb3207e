"""The decision on an application and the ledger of the call's budget."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Decision(models.Model):
    """起案 and 決裁: prepared by one official, approved by another.

    `calculation` holds every line that led to the amount, `conditions` the frozen conditions
    (補助条件) and the rules' version, because a ward's 規則 binds the recipient only as far as the
    decision carries it (domain.md A1).
    """

    class Outcome(models.TextChoices):
        GRANT = "grant", _("交付")
        REFUSE = "refuse", _("不交付")

    application = models.OneToOneField(
        "subsidies.Application", on_delete=models.PROTECT, related_name="decision"
    )
    outcome = models.CharField(_("区分"), max_length=8, choices=Outcome)
    amount_yen = models.PositiveBigIntegerField(_("交付決定額（円）"), default=0)
    reason = models.TextField(_("理由"))
    calculation = models.JSONField(default=dict)
    conditions = models.JSONField(default=dict)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    prepared_at = models.DateTimeField(db_default=Now())
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    decided_on = models.DateField(_("決定日"), null=True)
    document_no = models.CharField(_("文書番号"), max_length=60, null=True, unique=True)
    letter = models.ForeignKey(
        "kernel.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("交付決定")
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("prepared_by")),
                name="decision_four_eyes",
                violation_error_message=_("起案した人は決裁できません。"),
            ),
            models.CheckConstraint(
                condition=Q(outcome="grant", amount_yen__gt=0) | Q(outcome="refuse", amount_yen=0),
                name="decision_amount",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, document_no=None, decided_on=None)
                | Q(approved_by__isnull=False, document_no__isnull=False, decided_on__isnull=False),
                name="decision_complete",
            ),
        ]

    def __str__(self) -> str:
        return self.document_no or f"{self.application_id} {self.outcome}"


class BudgetEntry(models.Model):
    """Append-only ledger (予算執行簿): per column, Σ amount of a call = that column of the call.

    `amount_yen` is what the column gained or, below zero, lost; `kind` why: grant 決定, change 変更,
    final 確定, pay 支払, release 取下げ・廃止・取消. A correction is a reversal row, never a change.
    """

    class Column(models.TextChoices):
        DECIDED = "decided", _("決定")
        FINAL = "final", _("確定")
        PAID = "paid", _("支払")

    call = models.ForeignKey("subsidies.Call", on_delete=models.PROTECT, related_name="entries")
    application = models.ForeignKey(
        "subsidies.Application", on_delete=models.PROTECT, related_name="+"
    )
    column = models.CharField(_("区分"), max_length=8, choices=Column, default=Column.DECIDED)
    amount_yen = models.BigIntegerField(_("金額（円）"))
    kind = models.CharField(max_length=20)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("予算執行")
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(kind="grant"), name="budget_granted_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.kind} {self.amount_yen}"
