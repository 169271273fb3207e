"""Inspection, account, payment; hearing before a revocation, and what is to be given back."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.kernel.fields import BlindIndexField, EncryptedTextField
from subsidies.grants import money_states


class OfGrant(models.Model):
    """What every row here repeats of its grant, for the row policies."""

    grant = models.ForeignKey(
        "subsidies.Grant", on_delete=models.PROTECT, related_name="%(class)s_set"
    )
    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, related_name="+")
    firm = models.ForeignKey(
        "programs.Firm", on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        abstract = True


class Inspection(OfGrant):
    """検査 of one submitted version of a completion report: check list, cuts, findings.

    `verdicts` maps an item of the list to {"verdict": "ok" | "not_ok", "note"}; `cuts` an expense
    line to {"net_yen", "tax_yen", "reason"} that do not count. Frozen in the ruling's terms.
    """

    class Method(models.TextChoices):
        PAPERS = "papers", _("書類検査")
        ON_SITE = "on_site", _("実地検査")

    version = models.OneToOneField(
        "grants.FilingVersion", on_delete=models.PROTECT, related_name="inspection"
    )
    method = models.CharField(_("検査の方法"), max_length=8, choices=Method)
    inspected_on = models.DateField(_("検査日"))
    inspected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    verdicts = models.JSONField(_("検査項目"), default=dict)
    cuts = models.JSONField(_("減額"), default=dict)
    findings = models.TextField(_("所見"), blank=True)
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("検査")

    def __str__(self) -> str:
        return f"{self.grant_id} {self.inspected_on}"


class ClaimAccount(OfGrant):
    """The bank account that a claim names (口座). Encrypted at rest; screens show the last digits."""

    class Kind(models.TextChoices):
        ORDINARY = "1", _("普通")
        CURRENT = "2", _("当座")
        SAVINGS = "4", _("貯蓄")

    filing = models.OneToOneField("grants.Filing", on_delete=models.PROTECT, related_name="account")
    bank_code = models.CharField(_("金融機関コード"), max_length=4)
    bank_name = models.CharField(_("金融機関名"), max_length=60)
    branch_code = models.CharField(_("支店コード"), max_length=3)
    branch_name = models.CharField(_("支店名"), max_length=60)
    kind = models.CharField(_("預金の種類"), max_length=1, choices=Kind)
    number = EncryptedTextField(_("口座番号"))
    number_index = BlindIndexField(of="number", db_index=True)
    holder = EncryptedTextField(_("口座名義（カナ）"))
    explanation = models.TextField(_("名義が企業名と違う理由"), blank=True)

    class Meta:
        verbose_name = _("振込先口座")

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        """墨田銀行 本店 普通 ***4567."""
        parts = (self.bank_name, self.branch_name, str(self.get_kind_display()))
        return f"{' '.join(parts)} ***{self.number[-4:]}"


class Payment(OfGrant):
    """Money that left the ward's treasury (支払), in yen. Never changed; a mistake is recovered."""

    class Kind(models.TextChoices):
        FINAL = "final", _("精算払")
        ADVANCE = "advance", _("概算払")

    filing = models.OneToOneField("grants.Filing", on_delete=models.PROTECT, related_name="payment")
    kind = models.CharField(_("区分"), max_length=8, choices=Kind, default=Kind.FINAL)
    yen = models.PositiveBigIntegerField(_("支払額（円）"))
    paid_on = models.DateField(_("支払日"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField(db_default=Now())
    letter = models.ForeignKey(
        "kernel.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("支払")
        ordering = ["paid_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(yen__gt=0), name="payment_positive"),
            models.UniqueConstraint(fields=["grant", "kind"], name="payment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.yen}"


class Hearing(OfGrant):
    """弁明の機会: what the ward holds against the firm, and what the firm says to it."""

    status = models.CharField(
        _("状態"),
        max_length=8,
        default=money_states.ASKED,
        choices=money_states.HEARING.choices,
    )
    grounds = models.JSONField(_("取消の事由"), default=list)
    facts = models.TextField(_("原因となる事実"))
    due_on = models.DateField(_("弁明の期日"))
    statement = models.TextField(_("弁明"), blank=True)
    stated_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("弁明の機会")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["grant"],
                condition=Q(status=money_states.ASKED),
                name="hearing_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.due_on}"


class Recovery(OfGrant):
    """返還命令: the principal to be given back, in yen. Charges follow from days and the rules."""

    status = models.CharField(
        _("状態"),
        max_length=8,
        default=money_states.OWED,
        choices=money_states.RECOVERY.choices,
    )
    call = models.ForeignKey("subsidies.Call", on_delete=models.PROTECT, related_name="recoveries")
    ruling = models.OneToOneField(
        "grants.Ruling", on_delete=models.PROTECT, related_name="recovery"
    )
    principal_yen = models.PositiveBigIntegerField(_("返還額（円）"))
    due_on = models.DateField(_("納期日"))
    surcharged = models.BooleanField(_("違約加算金を付ける"))

    class Meta:
        verbose_name = _("返還")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(principal_yen__gt=0), name="recovery_positive")
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.principal_yen}"


class RecoveryPayment(models.Model):
    """What came back (返納), in yen. Never changed."""

    recovery = models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="payments")
    yen = models.PositiveBigIntegerField(_("納付額（円）"))
    paid_on = models.DateField(_("納付日"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("返納")
        ordering = ["paid_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(yen__gt=0), name="recovery_payment_positive")
        ]

    def __str__(self) -> str:
        return f"{self.recovery_id} {self.yen}"
