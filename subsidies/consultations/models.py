"""相談記録 (domain.md A2, step 0): when, who, about which scheme, and what was said."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Consultation(models.Model):
    """相談記録. Its words are never changed: a wrong one is withdrawn, and another one recorded.

    `need` is the code of the scheme's prerequisite (先に済ませること) that the consultation was, ""
    where it was none.
    """

    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, related_name="+")
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    scheme = models.ForeignKey("subsidies.Scheme", on_delete=models.PROTECT, related_name="+")
    need = models.CharField(_("先に済ませること"), max_length=60, blank=True)
    held_on = models.DateField(_("相談日"))
    note = models.TextField(_("相談の内容"))
    met_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(_("取下げ日時"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    withdrawn_reason = models.CharField(_("取下げの理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("相談記録")
        ordering = ["-held_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(note=""), name="consultation_has_note"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & ~Q(withdrawn_reason=""),
                name="consultation_withdrawn_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["ward", "-held_on", "-id"], name="consultation_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.held_on}"

    @property
    def stands(self) -> bool:
        """Whether anything may rest on it."""
        return self.withdrawn_at is None


class Tick(models.Model):
    """An item of a case's check list that stands as 適 because of a consultation.

    `ticked_at` is the time the verdict then carried: another time means that an official has
    judged the item since, and that it rests on the record no longer.
    """

    ward = models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="ticks")
    check_row = models.OneToOneField(
        "subsidies.DocumentCheck", on_delete=models.CASCADE, related_name="+"
    )
    ticked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("相談記録による点検")

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.check_row_id}"
