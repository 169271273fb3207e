"""A firm's accounting years by components, and whether they may be used for evaluation."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models.keys import person_key, ward_key


class Accounts(models.Model):
    """One version of a firm's accounting year (決算期). Append-only: a correction is a new row.

    The row with the highest `number` of a firm and day counts. All money in 円, None where nobody told.
    Productivity is never kept, only what it is made of (domain.md D2). `labour` is 労務費・人件費の合計 where
    the parts (`wages`, `salaries`) are not known. `confirmed` lists the figures that looked like a slip of
    the unit: {"code", "before", "value", "by", "at", "reason"}. The ward is that of the head office on the
    day of recording, of the grant whose effect report it comes from, or the one that took it in.
    """

    class Source(models.TextChoices):
        EFFECT = "effect", _("補助金の効果報告")
        FIRM = "firm", _("企業の登録")
        ADVISOR = "advisor", _("相談員の登録")
        IMPORT = "import", _("区のExcelの取込")

    firm = models.ForeignKey(
        "programs.Firm", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    ward = ward_key()
    period_end = models.DateField(_("決算日"))
    months = models.PositiveSmallIntegerField(_("決算期の月数"), default=12)
    number = models.PositiveSmallIntegerField(_("版"))
    sales = models.BigIntegerField(_("売上高"), null=True)
    cost = models.BigIntegerField(_("売上原価"), null=True)
    wages = models.BigIntegerField(_("労務費"), null=True)
    salaries = models.BigIntegerField(_("人件費"), null=True)
    labour = models.BigIntegerField(_("労務費・人件費の合計"), null=True)
    profit = models.BigIntegerField(_("営業利益"), null=True)
    depreciation = models.BigIntegerField(_("減価償却費"), null=True)
    rent = models.BigIntegerField(_("賃借料"), null=True)
    taxes = models.BigIntegerField(_("租税公課"), null=True)
    people = models.PositiveIntegerField(_("従業員数"), null=True)
    hours = models.PositiveIntegerField(_("総労働時間"), null=True)
    source = models.CharField(_("出所"), max_length=8, choices=Source)
    source_ref = models.CharField(
        max_length=64, blank=True, help_text="the filing or import it is from"
    )
    confirmed = models.JSONField(_("確認した数字"), default=list)
    reason = models.CharField(_("訂正の理由"), max_length=200, blank=True)
    recorded_by = person_key(null=True, db_index=False)
    recorded_by_name = models.CharField(_("登録した人"), max_length=100, blank=True)
    recorded_at = models.DateTimeField(_("登録日時"), db_default=Now())

    class Meta:
        verbose_name = _("決算")
        ordering = ["-period_end", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "period_end", "number"], name="accounts_version_once"
            ),
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=24),
                name="accounts_months",
                violation_error_message=_("決算期の月数は1から24までです。"),
            ),
        ]
        indexes = [
            models.Index(fields=["period_end", "firm", "-number"], name="accounts_by_year"),
            models.Index(fields=["ward", "-recorded_at"], name="accounts_by_ward"),
        ]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.period_end} v{self.number}"


class Consent(models.Model):
    """Whether the firm lets its accounts be used to evaluate the programmes. The newest row counts.

    What an effect report tells may be used unless the firm has said no: the report is made for that.
    """

    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    ward = ward_key()
    agreed = models.BooleanField(_("評価への利用に同意する"))
    text = models.TextField(_("同意の内容"))
    said_by = person_key(null=True, db_index=False)
    said_by_name = models.CharField(_("答えた人"), max_length=100, blank=True)
    said_at = models.DateTimeField(_("答えた日時"), db_default=Now())

    class Meta:
        verbose_name = _("決算の利用への同意")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.agreed}"
