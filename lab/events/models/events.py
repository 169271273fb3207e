"""催し: what, when, where, for whom, and how many seats."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.booking.models import Lab, Machine, Maintenance
from lab.events import states
from lab.events.codes import Audience, Kind
from portal.kernel import clock
from portal.kernel.transitions import State
from portal.ui.markup import localized
from programs.models.keys import person_key, ward_key

MOST_SEATS = 300


class Programme(models.Model):
    """連続企画: events that are announced as one. 3-OP1 counts it once, but for events advertised alone."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lab = models.ForeignKey(Lab, on_delete=models.PROTECT, related_name="programmes")
    ward = ward_key()
    name = models.CharField(_("企画の名前"), max_length=80)
    name_en = models.CharField(_("英語の名前"), max_length=120, blank=True)
    made_by = person_key(null=True, db_index=False)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("連続企画")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lab", "name"],
                name="programme_name_once",
                violation_error_message=_("同じ名前の企画があります。"),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        return localized(self.name, self.name_en)


class Event(models.Model):
    """One event of a lab (`ward` is its host) on one day, Tokyo time.

    Registrations are taken from `opens_on` to `closes_on`, both included. `taken` counts seats (offers
    included) and `waiting` the list; both are counted anew under the row's lock. `door` is the secret
    address of the tablet at the door. `slots` are the places of vendors at a showcase.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lab = models.ForeignKey(Lab, on_delete=models.PROTECT, related_name="events", db_index=False)
    ward = ward_key()
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, related_name="events"
    )
    is_advertised_alone = models.BooleanField(_("企画とは別に募集した"), default=False)
    kind = models.CharField(_("種類"), max_length=8, choices=Kind)
    title = models.CharField(_("題"), max_length=80)
    title_en = models.CharField(_("英語の題"), max_length=120, blank=True)
    summary = models.TextField(_("内容"))
    summary_en = models.TextField(_("英語の内容"), blank=True)
    place = models.CharField(_("会場"), max_length=200)
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    opens_on = models.DateField(_("申込みの開始"))
    closes_on = models.DateField(_("申込みの終わり"))
    audience = models.CharField(
        _("申し込める企業"), max_length=4, choices=Audience, default=Audience.ALL
    )
    capacity = models.PositiveSmallIntegerField(_("定員"))
    taken = models.PositiveSmallIntegerField(_("決まった席"), default=0)
    waiting = models.PositiveSmallIntegerField(_("キャンセル待ちの数"), default=0)
    accept_days = models.PositiveSmallIntegerField(_("繰上げの返事の日数"), default=2)
    slots = models.PositiveSmallIntegerField(_("出展の枠"), default=0)
    bring = models.CharField(_("持ち物・服装"), max_length=200, blank=True)
    contact = models.CharField(_("問合せ先"), max_length=200)
    machines = models.ManyToManyField(Machine, through="EventMachine", related_name="+")
    status = models.CharField(
        _("状態"), max_length=9, default=states.DRAFT, choices=states.EVENT.choices
    )
    reason = models.TextField(_("中止の理由"), blank=True)
    door = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    made_by = person_key(null=True, db_index=False)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("催し")
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="event_ends_later",
                violation_error_message=_("終わりの時刻は、始まりより後にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1, capacity__lte=MOST_SEATS),
                name="event_capacity",
                violation_error_message=_("定員は1人から300人までにしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(taken__lte=F("capacity")),
                name="event_seats",
                violation_error_message=_("定員より多くの席は決められません。"),
            ),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="event_window",
                violation_error_message=_("申込みの終わりは、開始以降の日にしてください。"),
            ),
            models.CheckConstraint(
                condition=~Q(status=states.CANCELLED) | ~Q(reason=""),
                name="event_cancelled_with_reason",
                violation_error_message=_("理由を入力してください。"),
            ),
        ]
        indexes = [
            models.Index(fields=["lab", "starts_at"], name="event_of_lab"),
            models.Index(fields=["status", "starts_at"], name="event_coming"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> State:
        return states.EVENT.state(self.status)

    @property
    def free(self) -> int:
        """Seats that nobody holds."""
        return self.capacity - self.taken

    @property
    def day(self) -> dt.date:
        """The Tokyo date."""
        return clock.to_date(self.starts_at)

    @property
    def display_title(self) -> str:
        return localized(self.title, self.title_en)

    @property
    def display_summary(self) -> str:
        return localized(self.summary, self.summary_en)


class EventMachine(models.Model):
    """A machine the event uses. `closing` is what keeps it from being booked meanwhile."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="uses")
    machine = models.ForeignKey(Machine, on_delete=models.PROTECT, related_name="+")
    closing = models.OneToOneField(
        Maintenance, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("催しで使う設備")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "machine"], name="event_machine_once")
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.machine_id}"
