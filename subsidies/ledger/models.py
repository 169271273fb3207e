"""What is published about grants: nothing else of them is readable by the public."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class PublishedGrant(models.Model):
    """One line of the open data (交付先の公表): a corporation's grant, or sole proprietors together.

    Written anew each night by `services.publish` from `recipients.published`, which withholds what
    could identify a person; the public reads this table and no other.
    """

    class Kind(models.TextChoices):
        CORPORATION = "corporation", _("法人")
        SOLE = "sole", _("個人事業主（合計）")

    class Basis(models.TextChoices):
        DECIDED = "decided", _("交付決定額")
        FINAL = "final", _("確定額")
        PAID = "paid", _("支払済額")
        MIXED = "mixed", _("支払済額・確定額・交付決定額の合計")

    ward_id = models.PositiveIntegerField(_("区"))
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    scheme_code = models.CharField(_("略号"), max_length=20)
    scheme_name = models.CharField(_("制度"), max_length=120)
    kind = models.CharField(_("交付先の区分"), max_length=12, choices=Kind)
    name = models.CharField(_("交付先"), max_length=200, blank=True)
    corporate_number = models.CharField(_("法人番号"), max_length=13, blank=True)
    decided_on = models.DateField(_("交付決定日"), null=True)
    recipients = models.PositiveIntegerField(
        _("件数"), null=True, help_text="null: withheld (秘匿)"
    )
    amount_yen = models.PositiveBigIntegerField(_("金額（円）"), null=True)
    basis = models.CharField(_("金額の区分"), max_length=8, choices=Basis)
    published_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("公表する交付先")
        ordering = ["ward_id", "-fiscal_year", "kind", "scheme_code", "decided_on", "name", "id"]
        indexes = [models.Index(fields=["ward_id", "fiscal_year"], name="published_by_ward")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="corporation", recipients=1, amount_yen__isnull=False)
                | Q(kind="sole", name="", corporate_number="", decided_on=None),
                name="published_names_no_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ward_id} {self.fiscal_year} {self.scheme_code}"
