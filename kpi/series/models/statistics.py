"""External statistics: an edition is what was published (or handed in) at once, a row one cell of it."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kpi.series.rules import datasets
from programs.models.keys import person_key, ward_key


class Edition(models.Model):
    """One dataset and reference year as it was taken over, with where it comes from. Append-only.

    `unit` is that of the file; rows are kept in 円. `is_break`: an economic census year, whose figures do not
    continue those of the years beside it. `ward` is set where one ward surveyed itself.
    """

    dataset = models.CharField(_("統計"), max_length=12, choices=datasets.CHOICES)
    year = models.PositiveSmallIntegerField(_("調査年"))
    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, null=True, related_name="+")
    unit = models.CharField(_("金額の単位"), max_length=12, choices=datasets.UNIT_CHOICES)
    is_break = models.BooleanField(_("断層（経済センサスの年）"), default=False)
    source = models.CharField(_("出典"), max_length=200)
    published_on = models.DateField(_("公表日"), null=True)
    retrieved_on = models.DateField(_("取得日"))
    intake = models.ForeignKey(
        "series.Intake", on_delete=models.PROTECT, null=True, related_name="editions"
    )
    rows = models.PositiveIntegerField(_("行数"), default=0)
    taken_by = person_key(null=True, db_index=False)
    taken_by_name = models.CharField(_("取り込んだ人"), max_length=100, blank=True)
    taken_at = models.DateTimeField(_("取り込んだ日時"), db_default=Now())

    class Meta:
        verbose_name = _("統計の版")
        ordering = ["-year", "-id"]
        indexes = [models.Index(fields=["dataset", "year"], name="edition_of_year")]

    def __str__(self) -> str:
        return f"{self.dataset} {self.year}"


class Statistic(models.Model):
    """A ward, industry and size class of a year. A correction sets `replaced_at` and adds a row.

    Money in 円, nominal. 付加価値額 (establishments of 30 people and more; of a total what was published)
    and 粗付加価値額 (29 and fewer) stay apart. `hidden` names the columns that the publisher keeps secret
    (χ, x): they are None, and not 0.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="statistics")
    dataset = models.CharField(_("統計"), max_length=12, choices=datasets.CHOICES)
    year = models.PositiveSmallIntegerField(_("調査年"))
    ward = ward_key()
    industry = models.CharField(_("産業"), max_length=2)
    size = models.CharField(_("従業者規模"), max_length=8, choices=datasets.SIZES)
    establishments = models.PositiveIntegerField(_("事業所数"), null=True)
    employees = models.PositiveIntegerField(_("従業者数"), null=True)
    shipments = models.BigIntegerField(_("製造品出荷額等"), null=True)
    value_added = models.BigIntegerField(_("付加価値額"), null=True)
    gross_value_added = models.BigIntegerField(_("粗付加価値額"), null=True)
    hidden = models.JSONField(_("秘匿"), default=list)
    replaced_at = models.DateTimeField(_("差し替えた日時"), null=True)

    class Meta:
        verbose_name = _("統計の値")
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "year", "ward", "industry", "size"],
                condition=Q(replaced_at=None),
                name="statistic_once",
            ),
        ]
        indexes = [
            models.Index(fields=["ward", "dataset", "industry", "size"], name="statistic_of_ward")
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.year} {self.ward_id} {self.industry} {self.size}"


class Panel(models.Model):
    """Our own firms of one ward and calendar year, added up: what may be shown without any firm's name.

    `figures` holds for each letter {"firms", "people", "added"} of the firms that told both, and under
    "both" those of A whose year before is known as well, with "before" and "people_before" (balanced);
    "left" and "joined" count firms that are in one of both years alone.
    """

    year = models.PositiveSmallIntegerField(_("決算の年"))
    ward = ward_key()
    firms = models.PositiveIntegerField(_("企業数"))
    figures = models.JSONField(_("集計"), default=dict)
    as_of = models.DateField(_("集計日"))

    class Meta:
        verbose_name = _("決算の集計")
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["year", "ward"], name="panel_once")]

    def __str__(self) -> str:
        return f"{self.year} {self.ward_id}"
