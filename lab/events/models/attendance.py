"""来場と開催の事実: append-only. What was wrong is replaced or taken back by a further row."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.events.codes import Way
from lab.events.models.events import Event
from lab.events.models.registrations import Registration
from programs.models.keys import person_key, ward_key


class Attendance(models.Model):
    """One record of one person at one event; the row that nothing replaces holds.

    A coming is a fact of 3-KSI (延べ利用者, 人日).
    """

    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="attendances"
    )
    is_present = models.BooleanField(_("来場した"))
    day = models.DateField(_("来場日"))
    way = models.CharField(_("記録の方法"), max_length=4, choices=Way)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    reason = models.CharField(_("訂正の理由"), max_length=300, blank=True)
    recorded_by = person_key(null=True, db_index=False)
    recorded_at = models.DateTimeField(_("記録日時"), db_default=Now())

    class Meta:
        verbose_name = _("催しの来場")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration"],
                condition=Q(replaces=None),
                name="event_attendance_once",
                violation_error_message=_("この方の来場は、すでに記録されています。"),
            ),
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(reason=""),
                name="event_attendance_corrected_with_reason",
                violation_error_message=_("訂正の理由を入力してください。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} {self.day} {self.is_present}"


class HeldFact(models.Model):
    """開催 as 3-OP1 counts it: at least one visitor from outside; a programme counts once."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="held")
    ward = ward_key()
    day = models.DateField(_("開催日"))
    takes_back = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="taken_back"
    )
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("催しの開催")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.event_id} {self.day}"
