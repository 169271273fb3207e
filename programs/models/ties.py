"""資本関係: which firms belong together."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models.firms import Firm
from programs.models.keys import person_key


class FirmTie(models.Model):
    """A firm belongs together with the corporation of that number, as the firm or an official has declared.

    The other one need not be in the register: two subsidiaries of a company outside it are one group.
    Never changed, only ended with a reason. Whoever belongs together directly or by way of others is
    one firm where firms have to be independent (programs.groups).
    """

    class Kind(models.TextChoices):
        PARENT = "parent", _("親会社")
        SUBSIDIARY = "subsidiary", _("子会社")
        SAME_HEAD = "same_head", _("代表者が同じ")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="ties")
    kind = models.CharField(_("相手との関係"), max_length=10, choices=Kind)
    other = models.ForeignKey(
        Firm, on_delete=models.PROTECT, related_name="tied_by", null=True,
        help_text="where it is in the register",
    )  # fmt: skip
    other_number = models.CharField(_("相手の法人番号"), max_length=13)
    other_name = models.CharField(_("相手の名称"), max_length=200)
    declared_by = person_key(db_index=False)
    declared_at = models.DateTimeField(_("申告日時"), db_default=Now())
    ended_on = models.DateField(_("終わった日"), null=True)
    ended_reason = models.CharField(_("終わった理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("資本関係")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "other_number"], condition=Q(ended_on=None), name="firmtie_once"
            ),
            models.CheckConstraint(
                condition=Q(other_number__regex=r"^[1-9][0-9]{12}$"), name="firmtie_number"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | ~Q(ended_reason=""), name="firmtie_ended_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.kind} {self.other_number}"
