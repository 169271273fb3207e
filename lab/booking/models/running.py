"""What happens in the lab: who came, what broke, what was used up."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.booking.codes import Purpose
from lab.booking.models.bookings import Reservation
from lab.booking.models.labs import Lab
from lab.booking.models.machines import Machine
from programs.models.keys import person_key, ward_key


class Visit(models.Model):
    """来館 of one person on one day: the fact of 3-KSI (延べ利用者, 人日). Append-only.

    A booking alone is no visit. `who` tells people apart: an account, or the name and firm that a
    walk-in gave. A wrong one is taken back by a second row with `takes_back`, never removed; whoever
    comes after that on the same day is recorded under the next `number`.
    """

    class Way(models.TextChoices):
        BOOKING = "booking", _("予約")
        WALK_IN = "walk_in", _("予約なし")
        EVENT = "event", _("催し")

    lab = models.ForeignKey(Lab, on_delete=models.PROTECT, related_name="visits")
    ward = ward_key()
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, null=True, related_name="+")
    firm_ward = models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    person = person_key(null=True, db_index=False)
    who = models.CharField(max_length=120)
    number = models.PositiveSmallIntegerField(default=0)
    person_name = models.CharField(_("氏名"), max_length=100)
    firm_name = models.CharField(_("企業・所属"), max_length=200, blank=True)
    day = models.DateField(_("来館日"))
    at = models.DateTimeField(_("来館日時"))
    way = models.CharField(_("来館の種類"), max_length=7, choices=Way)
    purpose = models.CharField(_("目的"), max_length=11, choices=Purpose)
    reservation = models.ForeignKey(
        Reservation, on_delete=models.PROTECT, null=True, related_name="visits"
    )
    takes_back = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="taken_back"
    )
    reason = models.CharField(_("訂正の理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("来館")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lab", "day", "who", "number"],
                condition=Q(takes_back=None),
                name="visit_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(takes_back=None) | ~Q(reason=""),
                name="visit_taken_back_with_reason",
                violation_error_message=_("理由を入力してください。"),
            ),
        ]
        indexes = [models.Index(fields=["ward", "day"], name="visit_of_ward")]

    def __str__(self) -> str:
        return f"{self.who} {self.day}"


class Incident(models.Model):
    """事故・不具合 of a machine; closed with what was done."""

    class Weight(models.TextChoices):
        NOTE = "note", _("気づき")
        BROKEN = "broken", _("故障・破損")
        INJURY = "injury", _("けが")

    machine = models.ForeignKey(Machine, on_delete=models.PROTECT, related_name="incidents")
    ward = ward_key()
    reservation = models.ForeignKey(
        Reservation, on_delete=models.PROTECT, null=True, related_name="incidents"
    )
    weight = models.CharField(_("重さ"), max_length=6, choices=Weight)
    what = models.TextField(_("起きたこと"))
    happened_at = models.DateTimeField(_("日時"))
    written_by = person_key(db_index=False)
    done = models.TextField(_("対応"), blank=True)
    closed_at = models.DateTimeField(_("対応の終了"), null=True)

    class Meta:
        verbose_name = _("事故・不具合")
        ordering = ["-happened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None) | ~Q(done=""),
                name="incident_closed_says_how",
                violation_error_message=_("対応を入力してください。"),
            )
        ]
        indexes = [models.Index(fields=["ward", "-happened_at"], name="incident_of_ward")]

    def __str__(self) -> str:
        return f"{self.machine_id} {self.happened_at:%Y-%m-%d}"


class Consumable(models.Model):
    """消耗品: what is in stock, and from which number it has to be ordered. `price_yen` is 税込."""

    lab = models.ForeignKey(Lab, on_delete=models.PROTECT, related_name="consumables")
    ward = ward_key()
    name = models.CharField(_("品名"), max_length=100)
    unit = models.CharField(_("単位"), max_length=10)
    price_yen = models.PositiveIntegerField(_("単価（円・税込）"), default=0)
    stock = models.PositiveIntegerField(_("在庫"), default=0)
    low_at = models.PositiveIntegerField(_("補充の目安"), default=0)

    class Meta:
        verbose_name = _("消耗品")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["lab", "name"],
                name="consumable_once",
                violation_error_message=_("同じ名前の消耗品があります。"),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_low(self) -> bool:
        return self.stock <= self.low_at


class ConsumableUse(models.Model):
    """入出庫; append-only. `change` is positive where something came in."""

    consumable = models.ForeignKey(Consumable, on_delete=models.PROTECT, related_name="uses")
    reservation = models.ForeignKey(
        Reservation, on_delete=models.PROTECT, null=True, related_name="consumables"
    )
    change = models.IntegerField(_("増減"))
    amount_yen = models.PositiveIntegerField(_("金額（円・税込）"), default=0)
    note = models.CharField(_("メモ"), max_length=100, blank=True)
    written_by = person_key(null=True, db_index=False)
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("消耗品の入出庫")
        ordering = ["-written_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(change=0), name="consumable_changes_something")
        ]

    def __str__(self) -> str:
        return f"{self.consumable_id} {self.change}"
