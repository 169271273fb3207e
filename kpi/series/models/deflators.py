"""Price levels of the country by year, from which real values beside the nominal ones are made."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models.keys import person_key


class Deflator(models.Model):
    """One series as it was taken over, all its years with one base year. A newer one sets `replaced_at`."""

    name = models.CharField(_("デフレーターの名前"), max_length=100)
    base_year = models.PositiveSmallIntegerField(_("基準年"))
    source = models.CharField(_("出典"), max_length=200)
    published_on = models.DateField(_("公表日"), null=True)
    retrieved_on = models.DateField(_("取得日"))
    intake = models.ForeignKey(
        "series.Intake", on_delete=models.PROTECT, null=True, related_name="+"
    )
    taken_by = person_key(null=True, db_index=False)
    taken_by_name = models.CharField(_("取り込んだ人"), max_length=100, blank=True)
    taken_at = models.DateTimeField(_("取り込んだ日時"), db_default=Now())
    replaced_at = models.DateTimeField(_("差し替えた日時"), null=True)

    class Meta:
        verbose_name = _("デフレーター")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["replaced_at"],
                nulls_distinct=False,
                condition=Q(replaced_at=None),
                name="deflator_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.base_year}"


class DeflatorYear(models.Model):
    """The index of a calendar year; 100 in the base year."""

    deflator = models.ForeignKey(Deflator, on_delete=models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField(_("年"))
    index = models.DecimalField(_("指数"), max_digits=8, decimal_places=3)

    class Meta:
        verbose_name = _("デフレーターの年")
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["deflator", "year"], name="deflator_year_once"),
            models.CheckConstraint(condition=Q(index__gt=0), name="deflator_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.index}"
