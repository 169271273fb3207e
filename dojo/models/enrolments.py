"""受講: a person of a firm in a cohort, from applying to the end."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dojo import states
from dojo.models.cohorts import Cohort
from portal.kernel.transitions import State
from programs.models.keys import ward_key


class Enrolment(models.Model):
    """One person's place (or wish for one). `ward` is the one as whose firm it takes part.

    The names are repeated: lists of the ward that holds the cohort show firms of others. `accept_by` is the last
    day of an offer. `plan_handed_in_on` is the fact that the completion rule reads.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    ward = ward_key()
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    firm_name = models.CharField(_("企業"), max_length=200)
    person_name = models.CharField(_("受講者"), max_length=100)
    motive = models.TextField(_("取り組みたい課題"))
    status = models.CharField(
        _("状態"),
        max_length=9,
        default=states.APPLIED,
        choices=states.ENROLMENT.choices,
    )
    applied_at = models.DateTimeField(_("申込日時"), db_default=Now())
    accept_by = models.DateField(_("返事の期限"), null=True)
    reason = models.TextField(_("理由"), blank=True)
    plan_handed_in_on = models.DateField(_("計画の提出日"), null=True)

    class Meta:
        verbose_name = _("受講")
        ordering = ["applied_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "person"],
                condition=Q(status__in=states.LIVE),
                name="enrolment_live_once",
                violation_error_message=_("この方は、すでにこの期に申し込んでいます。"),
            ),
            models.CheckConstraint(
                condition=~Q(status=states.OFFERED) | Q(accept_by__isnull=False),
                name="offer_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[states.DECLINED, states.REMOVED]) | ~Q(reason=""),
                name="enrolment_ended_with_reason",
                violation_error_message=_("理由を入力してください。"),
            ),
        ]
        indexes = [
            models.Index(fields=["cohort", "status", "applied_at"], name="enrolment_queue"),
            models.Index(fields=["ward", "status"], name="enrolment_of_ward"),
        ]

    def __str__(self) -> str:
        return f"{self.cohort_id} {self.person_id}"

    @property
    def state(self) -> State:
        return states.ENROLMENT.state(self.status)
