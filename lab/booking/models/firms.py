"""What a firm needs before it may use a machine, and what it says afterwards."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.booking.models.bookings import Reservation
from lab.booking.models.labs import Lab
from lab.booking.models.machines import Machine
from programs.models.keys import person_key, ward_key


class Agreement(models.Model):
    """利用規約 of a lab; the newest version counts."""

    lab = models.ForeignKey(Lab, on_delete=models.PROTECT, related_name="agreements")
    version = models.PositiveSmallIntegerField(_("版"))
    text = models.TextField(_("本文"))
    published_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("利用規約")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["lab", "version"], name="agreement_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.lab_id} {self.version}"


class Acceptance(models.Model):
    """規約への同意 by a firm, for one fiscal year; append-only.

    By a `person` of the firm, or by whoever signed for it at the desk (`signer`, written down by `noted_by`).
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="acceptances")
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    person = person_key(null=True, db_index=False)
    signer = models.CharField(_("署名した方"), max_length=100, blank=True)
    noted_by = person_key(null=True, db_index=False)
    accepted_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("利用規約への同意")
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(signer="") & Q(noted_by__isnull=False),
                name="acceptance_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["firm", "agreement", "fiscal_year"], name="acceptance_once_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.agreement_id} {self.fiscal_year}"


class Certificate(models.Model):
    """講習の修了 of one person for one machine. Holds on `expires_on` itself; withdrawn with a reason."""

    machine = models.ForeignKey(Machine, on_delete=models.PROTECT, related_name="certificates")
    ward = ward_key()
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    person = person_key(db_index=False)
    person_name = models.CharField(_("修了した方"), max_length=100)
    firm_name = models.CharField(_("企業"), max_length=200)
    granted_on = models.DateField(_("修了日"))
    expires_on = models.DateField(_("有効期限"))
    granted_by = person_key(null=True, db_index=False)
    withdrawn_on = models.DateField(_("取消日"), null=True)
    withdrawn_reason = models.CharField(_("取消の理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("講習の修了")
        ordering = ["-granted_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__gte=F("granted_on")),
                name="certificate_expires_later",
                violation_error_message=_("有効期限は、修了日以降にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawn_reason="")
                | Q(withdrawn_on__isnull=False) & ~Q(withdrawn_reason=""),
                name="certificate_withdrawn_with_reason",
                violation_error_message=_("理由を入力してください。"),
            ),
        ]
        indexes = [
            models.Index(fields=["firm", "machine"], name="certificate_of_firm"),
            models.Index(fields=["ward", "expires_on"], name="certificate_of_ward"),
        ]

    def __str__(self) -> str:
        return f"{self.person_name} {self.machine_id}"


class TrialReport(models.Model):
    """試用の結果, written by the firm: did it work, would it buy. May become a subsidy's first draft."""

    class Outcome(models.TextChoices):
        WORKED = "worked", _("うまくいった")
        PARTLY = "partly", _("一部うまくいった")
        FAILED = "failed", _("うまくいかなかった")

    class Wish(models.TextChoices):
        BUY = "buy", _("導入したい")
        CONSIDER = "consider", _("検討したい")
        NO = "no", _("導入しない")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reservation = models.OneToOneField(Reservation, on_delete=models.PROTECT, related_name="trial")
    ward = ward_key()
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    machine_names = models.CharField(_("試した設備"), max_length=300)
    outcome = models.CharField(_("結果"), max_length=6, choices=Outcome)
    wish = models.CharField(_("導入の意向"), max_length=8, choices=Wish)
    problem = models.TextField(_("解決したい課題"))
    tried = models.TextField(_("試したことと結果"))
    effect = models.TextField(_("導入したときの効果"), blank=True)
    may_prefill = models.BooleanField(_("申請の下書きに使ってよい"), default=False)
    person = person_key(db_index=False)
    written_at = models.DateTimeField(_("報告日時"), db_default=Now())

    class Meta:
        verbose_name = _("試用の結果")
        ordering = ["-written_at", "-id"]
        indexes = [
            models.Index(fields=["firm", "-written_at"], name="trial_of_firm"),
            models.Index(fields=["ward", "-written_at"], name="trial_of_ward"),
        ]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.machine_names}"
