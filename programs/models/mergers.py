"""合併・統合: which firm has become part of which."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models.firms import Firm
from programs.models.keys import person_key, ward_key


class FirmMerger(models.Model):
    """The firm `gone` is part of `into` since `merged_on`, as an official of `ward` has recorded.

    Counting looks through it, records keep the firm they were made for (kpi_matching.md R4). Never
    changed, only taken back with a reason. The names are those of the day: a firm's people read the
    other's here, and not its row.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ward = ward_key()
    gone = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="mergers")
    gone_name = models.CharField(_("統合された企業"), max_length=200)
    into = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="took_in")
    into_name = models.CharField(_("存続する企業"), max_length=200)
    merged_on = models.DateField(_("合併・統合の日"))
    reason = models.CharField(_("理由と根拠"), max_length=300)
    was_active = models.BooleanField(
        help_text="whether it was in business until then: so it is again when this is taken back"
    )
    recorded_by = person_key(db_index=False)
    recorded_at = models.DateTimeField(_("記録日時"), db_default=Now())
    taken_back_on = models.DateField(_("取り消した日"), null=True)
    taken_back_reason = models.CharField(_("取り消した理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("合併・統合")
        ordering = ["-merged_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["gone"], condition=Q(taken_back_on=None), name="firmmerger_once"
            ),
            models.CheckConstraint(condition=~Q(gone=F("into")), name="firmmerger_of_two"),
            models.CheckConstraint(
                condition=Q(taken_back_on=None) | ~Q(taken_back_reason=""),
                name="firmmerger_back_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gone_name} → {self.into_name}"
