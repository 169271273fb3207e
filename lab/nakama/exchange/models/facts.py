"""What happened, for the indicators."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models.keys import ward_key


class ExchangeFact(models.Model):
    """Append-only, written with the act. `ward` is the surplus's (the host's, for a 商談会),
    `other_ward` the need's; `quantity` pieces handed over, meetings held, firms that bought or make
    something together.
    """

    class Kind(models.TextChoices):
        AGREED = "sharing.agreed", _("資材融通の成立")
        DONE = "sharing.done", _("資材融通の受渡し")
        FAILED = "sharing.failed", _("資材融通の不成立")
        FAIR = "fair.held", _("商談会の開催")
        BOUGHT = "purchase.ordered", _("共同購買の成立")
        JOINT = "joint.ordered", _("共同受注の成立")
        JOINT_BACK = "joint.taken_back", _("共同受注の成立の取消し")

    kind = models.CharField(max_length=20, choices=Kind)
    ward = ward_key()
    other_ward = ward_key()
    pairing = models.ForeignKey(
        "exchange.Pairing", on_delete=models.PROTECT, related_name="+", null=True
    )
    fair = models.ForeignKey("exchange.Fair", on_delete=models.PROTECT, related_name="+", null=True)
    purchase = models.ForeignKey(
        "exchange.Purchase", on_delete=models.PROTECT, related_name="+", null=True
    )
    joint = models.ForeignKey(
        "exchange.JointOrder", on_delete=models.PROTECT, related_name="+", null=True
    )
    quantity = models.PositiveIntegerField()
    occurred_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("資材融通・商談会・共同購買の事実")
        constraints = [
            models.UniqueConstraint(fields=["pairing", "kind"], name="exchange_fact_once"),
            models.UniqueConstraint(fields=["fair", "kind"], name="exchange_fair_fact_once"),
            models.UniqueConstraint(fields=["purchase", "kind"], name="exchange_buy_fact_once"),
            models.UniqueConstraint(fields=["joint", "kind"], name="exchange_joint_fact_once"),
            models.CheckConstraint(
                condition=Q(pairing__isnull=False, fair=None, purchase=None, joint=None)
                | Q(pairing=None, fair__isnull=False, purchase=None, joint=None)
                | Q(pairing=None, fair=None, purchase__isnull=False, joint=None)
                | Q(pairing=None, fair=None, purchase=None, joint__isnull=False),
                name="exchange_fact_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.occurred_on}"
