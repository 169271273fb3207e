"""修了: proposed by rule, confirmed by another official, revocable."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dojo import states
from dojo.models.courses import Course
from dojo.models.enrolments import Enrolment
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key


class Graduation(models.Model):
    """The graduation of one enrolment. `assessment` is the rule's verdict with its lines, frozen.

    `ward` is the enrolment's, in whose name the fact is recorded; the cohort's ward holds and decides. Whether it holds
    today is answered by `fact` alone (programs.fact_states).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="graduation")
    ward = ward_key()
    firm = models.ForeignKey(
        "programs.Firm", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    course_code = models.CharField(max_length=8, choices=Course.Code)
    status = models.CharField(
        _("状態"),
        max_length=9,
        default=states.PROPOSED,
        choices=states.GRADUATION.choices,
    )
    assessment = models.JSONField(_("判定"))
    proposed_by = person_key(null=True, db_index=False)
    proposed_at = models.DateTimeField(db_default=Now())
    confirmed_by = person_key(null=True, db_index=False)
    confirmed_on = models.DateField(_("修了日"), null=True)
    number = models.CharField(_("修了証の番号"), max_length=40, blank=True)
    fact = models.OneToOneField(
        "programs.Qualification", on_delete=models.PROTECT, null=True, related_name="+"
    )
    certificate = models.OneToOneField(
        "kernel.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.TextField(_("理由"), blank=True)

    class Meta:
        verbose_name = _("修了の認定")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course_code"],
                condition=Q(status__in=states.STANDING),
                name="graduation_once",
                violation_error_message=_("この方は、この講座をすでに修了しています。"),
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="certificate_number_once"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[states.CONFIRMED, states.REVOKED])
                | Q(fact__isnull=False, confirmed_on__isnull=False) & ~Q(number=""),
                name="graduation_confirmed_has_fact",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.enrolment_id} {self.status}"

    @property
    def state(self) -> State:
        return states.GRADUATION.state(self.status)
