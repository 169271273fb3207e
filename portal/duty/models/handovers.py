"""引継ぎ: what one official gave on to another, as it stood that day."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.duty.models.absences import person_key


class HandOver(models.Model):
    """Everything that was open with `giver` and is now with `taker`.

    `lines` keeps what the 引継書 lists: [{what, about, number, state, due}] in Japanese, the nearest
    day first. It is never changed; what was wrong is put right by another hand-over.
    """

    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, related_name="+")
    giver = person_key()
    taker = person_key()
    reason = models.CharField(_("理由"), max_length=400)
    notes = models.TextField(_("申し送り"), blank=True)
    lines = models.JSONField(default=list)
    done_by = person_key()
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("引継ぎ")
        ordering = ["-done_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="hand_over_to_another"),
            models.CheckConstraint(condition=~Q(reason=""), name="hand_over_says_why"),
        ]
        indexes = [models.Index(fields=["ward", "-done_at"], name="hand_over_of_ward")]

    def __str__(self) -> str:
        return f"{self.giver_id} → {self.taker_id}"
