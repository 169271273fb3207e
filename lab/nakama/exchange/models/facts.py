"""What happened, for the indicators."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models.keys import ward_key


class ExchangeFact(models.Model):
    """Append-only, written with the act. `ward` is the surplus's (the host's, for a 商談会),
    `other_ward` the need's; `quantity` pieces handed over, or meetings held.
    """

    class Kind(models.TextChoices):
        AGREED = "sharing.agreed", _("資材融通の成立")
        DONE = "sharing.done", _("資材融通の受渡し")
        FAILED = "sharing.failed", _("資材融通の不成立")
        FAIR = "fair.held", _("商談会の開催")

    kind = models.CharField(max_length=20, choices=Kind)
    ward = ward_key()
    other_ward = ward_key()
    pairing = models.ForeignKey(
        "exchange.Pairing", on_delete=models.PROTECT, related_name="+", null=True
    )
    fair = models.ForeignKey("exchange.Fair", on_delete=models.PROTECT, related_name="+", null=True)
    quantity = models.PositiveIntegerField()
    occurred_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("資材融通と商談会の事実")
        constraints = [
            models.UniqueConstraint(fields=["pairing", "kind"], name="exchange_fact_once"),
            models.UniqueConstraint(fields=["fair", "kind"], name="exchange_fair_fact_once"),
            models.CheckConstraint(
                condition=Q(pairing=None) ^ Q(fair=None), name="exchange_fact_of_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.occurred_on}"
