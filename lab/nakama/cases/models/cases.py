"""The case: what everybody asked may read, what only buyer and hub read, and who takes part."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.nakama.cases import states
from lab.nakama.cases.rules.waves import LONGEST_HOURS, SHORTEST_HOURS
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key


class Case(models.Model):
    """案件, as those who are asked read it: no names, no drawing, no price.

    `firm` is the one that asked (発注元), `ward` the ward of its site. Lengths in mm, tolerance in
    µm. `due_on` is the day on which the goods are to be with the buyer.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("案件番号"), max_length=30, unique=True, null=True)
    ward = ward_key()
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("件名"), max_length=80, blank=True)
    summary = models.TextField(_("仕事の概要"), blank=True)
    material = models.CharField(_("材質"), max_length=40, blank=True)
    # A code of nakama's materials, "" for one that the list does not have.
    material_code = models.CharField(max_length=24, blank=True)
    size_mm = models.PositiveIntegerField(_("一番長いところの寸法（mm）"), null=True)
    tolerance_um = models.PositiveIntegerField(_("一番厳しい公差（µm）"), null=True)
    lot = models.PositiveIntegerField(_("数量"), null=True)
    due_on = models.DateField(_("納期"), null=True)
    certificates = models.JSONField(_("必要な認証"), default=list)
    export_control = models.BooleanField(_("外為法の確認が必要"), default=False)
    wave_hours = models.PositiveSmallIntegerField(_("返事を待つ時間"), default=LONGEST_HOURS)
    status = models.CharField(
        _("状態"), max_length=9, default=states.DRAFT, choices=states.CASE.choices
    )
    reason = models.TextField(_("理由"), blank=True)
    # Nobody left to ask for a step: the coordinator (ラボ職員) helps.
    escalated_at = models.DateTimeField(_("ラボに相談した日時"), null=True)
    created_by = person_key(db_index=False)
    created_at = models.DateTimeField(db_default=Now())
    opened_at = models.DateTimeField(_("案件を出した日時"), null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("仲間まわしの案件")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(wave_hours__gte=SHORTEST_HOURS, wave_hours__lte=LONGEST_HOURS),
                name="case_wave_hours",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[states.DRAFT, states.WITHDRAWN])
                | Q(
                    number__isnull=False,
                    lot__isnull=False,
                    due_on__isnull=False,
                    size_mm__isnull=False,
                    opened_at__isnull=False,
                ),
                name="case_open_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(lot=None) | Q(lot__gt=0),
                name="case_lot",
                violation_error_message=_("数量は1以上にしてください。"),
            ),
        ]
        indexes = [
            models.Index(fields=["ward", "status"], name="case_of_ward"),
            models.Index(
                fields=["escalated_at"],
                name="case_escalated",
                condition=Q(escalated_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(self.public_id)

    @property
    def state(self) -> State:
        return states.CASE.state(self.status)


class CasePrivate(models.Model):
    """What only the buyer and the hubs read: the customer, the address, the budget (税抜)."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="private")
    buyer_name = models.CharField(_("発注元"), max_length=200)
    customer = models.CharField(_("最終のお客様"), max_length=200, blank=True)
    contact = models.CharField(_("連絡先の担当者"), max_length=100, blank=True)
    delivery_address = models.CharField(_("納品先の住所"), max_length=200, blank=True)
    budget_yen = models.PositiveBigIntegerField(_("予算（税抜）"), null=True)
    note = models.TextField(_("ハブ企業への連絡"), blank=True)
    # The hub's template that the steps came from: its firms are offered for the team.
    template = models.ForeignKey(
        "cases.HubTemplate", on_delete=models.SET_NULL, related_name="+", null=True
    )

    class Meta:
        verbose_name = _("案件の非公開の内容")

    def __str__(self) -> str:
        return str(self.case_id)


class CaseParty(models.Model):
    """A firm's part in a case. Row policies ask this table (rls.py)."""

    class Part(models.TextChoices):
        BUYER = "buyer", _("発注元")
        HUB = "hub", _("ハブ企業")
        DELEGATE = "delegate", _("副ハブ企業")
        MEMBER = "member", _("仲間")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    part = models.CharField(_("役割"), max_length=8, choices=Part)
    firm_name = models.CharField(_("企業"), max_length=200)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("案件に加わる企業")
        constraints = [
            models.UniqueConstraint(fields=["case", "firm", "part"], name="party_once"),
            models.UniqueConstraint(
                fields=["case", "part"],
                condition=Q(part__in=["buyer", "hub", "delegate"]),
                name="party_one_of_a_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.part}"
