"""Firms, their sites, and the wards that may see them."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs import rules
from programs.industry import JSIC, ProductionType
from programs.models.wards import Ward


class Firm(models.Model):
    """A factory as an enterprise: a corporation (法人) or a sole proprietor (個人事業主).

    `revision` counts saves, so that a form opened before somebody else's change is noticed.
    """

    class Kind(models.TextChoices):
        CORPORATION = "corporation", _("法人")
        SOLE = "sole", _("個人事業主")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("法人・個人の別"), max_length=12, choices=Kind)
    corporate_number = models.CharField(_("法人番号"), max_length=13, blank=True)
    name = models.CharField(_("企業名"), max_length=200)
    name_kana = models.CharField(_("企業名（フリガナ）"), max_length=200, blank=True)
    representative_name = models.CharField(_("代表者名"), max_length=100, blank=True)
    jsic = models.CharField(_("業種（日本標準産業分類・中分類）"), max_length=2, choices=JSIC)
    production_type = models.CharField(
        _("生産形態"), max_length=12, choices=ProductionType, blank=True
    )
    capital_yen = models.PositiveBigIntegerField(_("資本金（円）"), null=True, blank=True)
    employees = models.PositiveIntegerField(_("従業員数（人）"))
    established_on = models.DateField(_("設立日（開業日）"), null=True, blank=True)
    postal_code = models.CharField(_("郵便番号"), max_length=7)
    address = models.CharField(_("本社所在地"), max_length=200)
    phone = models.CharField(_("電話番号"), max_length=20, blank=True)
    email = models.EmailField(_("代表メールアドレス"), blank=True)
    website = models.URLField(_("ウェブサイト"), blank=True)
    is_active = models.BooleanField(_("営業中"), default=True)
    search_text = models.TextField(editable=False, help_text="rules.search_text() of the names")
    revision = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("企業")
        constraints = [
            models.UniqueConstraint(
                fields=["corporate_number"],
                condition=~Q(corporate_number=""),
                name="firm_corporate_number_once",
                violation_error_message=_("この法人番号の企業は、すでに登録されています。"),
            ),
            models.CheckConstraint(
                condition=Q(kind="sole", corporate_number="")
                | Q(kind="corporation", corporate_number__regex=r"^[1-9][0-9]{12}$"),
                name="firm_number_fits_kind",
                violation_error_message=_("法人には13桁の法人番号が必要です。"),
            ),
            models.CheckConstraint(
                condition=Q(postal_code__regex=r"^[0-9]{7}$"), name="firm_postal_code"
            ),
            models.CheckConstraint(
                condition=Q(jsic__in=[code for code, _name in JSIC]), name="firm_jsic"
            ),
        ]
        indexes = [models.Index(fields=["name_kana", "id"], name="firm_by_kana")]

    def __str__(self) -> str:
        return self.name

    @property
    def size_model(self) -> str:
        """規模モデル A–D of the METI survey, "" above it."""
        return rules.size_model(self.employees)

    @property
    def postal_code_display(self) -> str:
        """131-0045."""
        return rules.format_postal_code(self.postal_code)


class Site(models.Model):
    """A place where the firm works (事業所). A firm may have sites in several wards."""

    class Kind(models.TextChoices):
        HEAD = "head", _("本社")
        FACTORY = "factory", _("工場")
        OFFICE = "office", _("営業所")
        LABORATORY = "laboratory", _("研究所・試作室")
        WAREHOUSE = "warehouse", _("倉庫")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="sites")
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("種別"), max_length=12, choices=Kind)
    name = models.CharField(_("事業所名"), max_length=100)
    postal_code = models.CharField(_("郵便番号"), max_length=7)
    address = models.CharField(_("所在地"), max_length=200)
    since = models.DateField(_("開設日"), null=True, blank=True)
    closed_on = models.DateField(_("閉鎖日"), null=True, blank=True)

    class Meta:
        verbose_name = _("事業所")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["firm"],
                condition=Q(kind="head", closed_on=None),
                name="site_one_head_office",
            ),
            models.CheckConstraint(
                condition=Q(postal_code__regex=r"^[0-9]{7}$"), name="site_postal_code"
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(since=None) | Q(closed_on__gte=F("since")),
                name="site_closed_after_opened",
                violation_error_message=_("閉鎖日は開設日以降にしてください。"),
            ),
        ]
        indexes = [models.Index(fields=["firm"], name="site_by_firm")]

    def __str__(self) -> str:
        return self.name

    @property
    def postal_code_display(self) -> str:
        """131-0045."""
        return rules.format_postal_code(self.postal_code)


class FirmWard(models.Model):
    """Which ward may see a firm, since when and on what ground. Row policies rest on it."""

    class Basis(models.TextChoices):
        SITE = "site", _("区内に事業所がある")
        APPLICATION = "application", _("区の制度に申請した")
        IMPORT = "import", _("区の企業名簿から取り込んだ")

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="wards")
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=12, choices=Basis)
    since = models.DateField()

    class Meta:
        verbose_name = _("企業を見られる区")
        constraints = [
            models.UniqueConstraint(fields=["ward", "firm"], name="firm_ward_once"),
        ]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.ward_id} {self.basis}"
