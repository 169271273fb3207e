"""Who acts for a firm."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programs.models.firms import Firm


class FirmMembership(models.Model):
    """A person's place in a firm. Live while `valid_to` is empty.

    A deferred trigger refuses a transaction that ends with members but no live owner, or that
    takes the last owner away (migration 0003).
    """

    class Role(models.TextChoices):
        OWNER = "firm_owner", _("企業の代表者")
        MEMBER = "firm_member", _("企業の担当者")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="firm_memberships"
    )
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("役割"), max_length=12, choices=Role)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text="last day; empty while live")

    class Meta:
        verbose_name = _("企業の構成員")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "firm"],
                condition=Q(valid_to=None),
                name="membership_live_once",
                violation_error_message=_("この方はすでにこの企業に登録されています。"),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="membership_period",
            ),
        ]
        indexes = [
            models.Index(
                fields=["firm"], name="membership_live_by_firm", condition=Q(valid_to=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.firm_id} {self.role}"
