"""相談記録 (domain.md A2, step 0): when, who, about which scheme, and what was said."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Consultation(models.Model):
    """相談記録. Never changed: what was wrong is put right by another one.

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

    class Meta:
        verbose_name = _("相談記録")
        ordering = ["-held_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(note=""), name="consultation_has_note"),
        ]
        indexes = [
            models.Index(fields=["ward", "-held_on", "-id"], name="consultation_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.held_on}"
