"""出席: append-only. A correction is a further row that replaces an earlier one."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dojo.models.cohorts import Session
from dojo.models.enrolments import Enrolment
from dojo.rules import presence
from programs.models.keys import person_key


class Attendance(models.Model):
    """One record of one person in one session. The row that nothing replaces holds.

    `minutes` are those attended. No role may change or remove a row (`rls.py`).
    """

    class Mark(models.TextChoices):
        PRESENT = presence.PRESENT, _("出席")
        LATE = presence.LATE, _("遅刻")
        PARTIAL = presence.PARTIAL, _("一部出席")
        ABSENT = presence.ABSENT, _("欠席")

    class Way(models.TextChoices):
        QR = "qr", _("QRコード")
        CODE = "code", _("数字のコード")
        LIST = "list", _("名簿")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attendances")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    mark = models.CharField(_("出欠"), max_length=8, choices=Mark)
    minutes = models.PositiveSmallIntegerField(_("出席した時間"), help_text="minutes")
    way = models.CharField(_("記録の方法"), max_length=4, choices=Way)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    reason = models.CharField(_("訂正の理由"), max_length=300, blank=True)
    recorded_by = person_key(null=True, db_index=False)
    recorded_at = models.DateTimeField(_("記録日時"), db_default=Now())

    class Meta:
        verbose_name = _("出席")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "session"],
                condition=Q(replaces=None),
                name="attendance_once",
                violation_error_message=_("この回の出席は、すでに記録されています。"),
            ),
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(reason=""),
                name="attendance_corrected_with_reason",
                violation_error_message=_("訂正の理由を入力してください。"),
            ),
            models.CheckConstraint(
                condition=~Q(mark=presence.ABSENT) | Q(minutes=0), name="absent_has_no_minutes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.session_id} {self.mark}"
