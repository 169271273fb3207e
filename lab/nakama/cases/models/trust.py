"""What the coordinator allows a firm before it is known."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models.keys import person_key


class FirstJobLift(models.Model):
    """初めての仕事の上限を外す: for one firm in one case, with the reason. Append-only."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="lifts")
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    firm_name = models.CharField(_("企業"), max_length=200)
    reason = models.CharField(_("外した理由"), max_length=300)
    lifted_by = person_key(db_index=False)
    lifted_at = models.DateTimeField(_("外した日時"), db_default=Now())

    class Meta:
        verbose_name = _("初めての仕事の上限の解除")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "firm"], name="firstjoblift_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="firstjoblift_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.firm_id}"
