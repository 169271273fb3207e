"""予約: who has which machines when; whoever waits for them.

`Reservation` says who and what for; `Booking` says which machine is taken when, and nothing else:
everybody may read it, so that a grid of free hours needs nobody's secrets. Two bookings of one
machine cannot overlap: see the exclusion constraints.
"""

import uuid
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.checks import CheckMessage
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.booking import states
from lab.booking.codes import Purpose
from lab.booking.models.labs import Lab
from lab.booking.models.machines import Machine
from portal.kernel import keys
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key


class Series(models.Model):
    """くり返しの予約: one object to look at and to cancel; each of its bookings stands alone."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    lab = models.ForeignKey(Lab, on_delete=models.PROTECT, related_name="+")
    weeks = models.PositiveSmallIntegerField(_("回数"))
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("くり返しの予約")

    def __str__(self) -> str:
        return f"{self.firm_id} {self.weeks}"


class Reservation(models.Model):
    """One visit of a firm with one or several machines.

    `ward` is the host, whose staff handle it; `firm_ward` the one as whose firm it comes. `fee` is the
    decomposition as it was when booked (yen, 税込), `points` what missing or cancelling late cost.
    `code` are the digits for the kiosk. `ends_at` moves forward when somebody leaves early.
    `supervisor` is what `supervised_by`, who stands by, was called then.
    """

    public_id = models.UUIDField(default=keys.ordered, unique=True, editable=False)
    lab = models.ForeignKey(
        Lab, on_delete=models.PROTECT, related_name="reservations", db_index=False
    )
    ward = ward_key()
    firm = models.ForeignKey(
        "programs.Firm", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    firm_ward = ward_key()
    firm_name = models.CharField(_("企業"), max_length=200)
    person = person_key(null=True, db_index=False)
    person_name = models.CharField(_("利用する方"), max_length=100)
    purpose = models.CharField(_("目的"), max_length=11, choices=Purpose)
    note = models.TextField(_("試したいこと"), blank=True)
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    status = models.CharField(
        _("状態"),
        max_length=10,
        default=states.REQUESTED,
        choices=states.RESERVATION.choices,
    )
    reason = models.TextField(_("理由"), blank=True)
    fee = models.JSONField(_("料金の内訳"), default=dict)
    fee_yen = models.PositiveIntegerField(_("料金（円・税込）"), default=0)
    waiver = models.CharField(_("免除の理由"), max_length=200, blank=True)
    points = models.PositiveSmallIntegerField(_("点数"), default=0)
    code = models.CharField(_("入室番号"), max_length=6, blank=True)
    series = models.ForeignKey(
        Series, on_delete=models.PROTECT, null=True, related_name="reservations"
    )
    supervisor = models.CharField(_("立会い"), max_length=100, blank=True)
    supervised_by = person_key(null=True, db_index=False)
    is_walk_in = models.BooleanField(_("予約なしの来館"), default=False)
    offer_until = models.DateTimeField(_("返事の期限"), null=True)
    checked_in_at = models.DateTimeField(_("入室"), null=True)
    checked_out_at = models.DateTimeField(_("退室"), null=True)
    made_at = models.DateTimeField(_("予約日時"), db_default=Now())

    class Meta:
        verbose_name = _("予約")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="reservation_ends_later"
            ),
            models.CheckConstraint(
                condition=~Q(status=states.HELD) | Q(offer_until__isnull=False),
                name="reservation_held_until",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[states.DECLINED, states.CALLED_OFF]) | ~Q(reason=""),
                name="reservation_ended_with_reason",
                violation_error_message=_("理由を入力してください。"),
            ),
            models.CheckConstraint(
                condition=~Q(status=states.IN_USE) | Q(checked_in_at__isnull=False),
                name="reservation_in_use_since",
            ),
        ]
        indexes = [
            models.Index(fields=["firm", "starts_at"], name="reservation_of_firm"),
            models.Index(fields=["lab", "starts_at"], name="reservation_by_day"),
            models.Index(fields=["firm_ward", "starts_at"], name="reservation_of_ward"),
            models.Index(
                fields=["lab", "code"],
                name="reservation_by_code",
                condition=Q(status__in=[states.APPROVED, states.IN_USE]),
            ),
            models.Index(
                fields=["supervised_by", "starts_at"],
                name="reservation_supervised",
                condition=Q(supervised_by__isnull=False),
            ),
            models.Index(
                fields=["status", "starts_at"],
                name="reservation_open",
                condition=Q(status__in=list(states.AHEAD)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.firm_name} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def state(self) -> State:
        return states.RESERVATION.state(self.status)


class RangeColumn(models.GeneratedField):
    """A column that PostgreSQL fills. Whether it can is not asked of a connection, as Django's check
    would: the portal runs on PostgreSQL 18 only, and checks run before there is a database.
    """

    def _check_supported(self, databases: Any) -> list[CheckMessage]:
        return []

    def deconstruct(self) -> Any:
        """In migrations it is what it is called in Django."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.GeneratedField", args, kwargs


class _Span(Func):
    """A half-open range of two moments; immutable, unlike adding an interval to one."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class Booking(models.Model):
    """One machine, taken. `taken_from` and `taken_until` are the bounds with the machine's buffers.

    `released_at` is set in the transaction in which the reservation ends without use. From `due_by` on
    it counts no more, though nothing has run yet: nobody came, or nobody answered the offer.
    """

    reservation = models.ForeignKey(Reservation, on_delete=models.PROTECT, related_name="bookings")
    machine = models.ForeignKey(
        Machine, on_delete=models.PROTECT, related_name="bookings", db_index=False
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    taken_from = models.DateTimeField()
    taken_until = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    due_by = models.DateTimeField(null=True)
    lead = RangeColumn(
        expression=_Span(F("taken_from"), F("ends_at")),
        output_field=DateTimeRangeField(),
        db_persist=True,
    )
    trail = RangeColumn(
        expression=_Span(F("starts_at"), F("taken_until")),
        output_field=DateTimeRangeField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("設備の予約")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    taken_from__lte=F("starts_at"),
                    starts_at__lt=F("ends_at"),
                    taken_until__gte=F("ends_at"),
                ),
                name="booking_bounds",
            ),
            *(
                ExclusionConstraint(
                    name=name,
                    expressions=[
                        ("machine", RangeOperators.EQUAL),
                        (column, RangeOperators.OVERLAPS),
                    ],
                    condition=Q(released_at=None),
                    include=["due_by"],
                    violation_error_message=_("この時間は、ほかの予約が入っています。"),
                )
                for name, column in (
                    ("booking_once_before", "lead"),
                    ("booking_once_after", "trail"),
                )
            ),
        ]

    def __str__(self) -> str:
        return f"{self.machine_id} {self.starts_at:%Y-%m-%d %H:%M}"


class Turn(models.Model):
    """空き待ち: the wish for machines at a time that is taken; the first gets the offer."""

    lab = models.ForeignKey(Lab, on_delete=models.PROTECT, related_name="+")
    ward = ward_key()
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    firm_ward = ward_key()
    person = person_key(db_index=False)
    machines = models.ManyToManyField(Machine, related_name="+")
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    purpose = models.CharField(_("目的"), max_length=11, choices=Purpose)
    status = models.CharField(
        _("状態"), max_length=7, default=states.WAITING, choices=states.TURN.choices
    )
    reservation = models.OneToOneField(
        Reservation, on_delete=models.PROTECT, null=True, related_name="turn"
    )
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("空き待ち")
        ordering = ["made_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="turn_ends_later"),
            models.UniqueConstraint(
                fields=["firm", "lab", "starts_at", "ends_at"],
                condition=Q(status__in=[states.WAITING, states.OFFERED]),
                name="turn_once",
                violation_error_message=_("この時間の空き待ちには、すでに入っています。"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["lab", "made_at"],
                name="turn_queue",
                condition=Q(status__in=[states.WAITING, states.OFFERED]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def state(self) -> State:
        return states.TURN.state(self.status)
