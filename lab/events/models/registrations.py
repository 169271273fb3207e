"""申込み: a person in an event, from applying to having come."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.events import states
from lab.events.models.events import Event
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key


class Registration(models.Model):
    """One person's place (or wish for one). `ward` is the host, `firm_ward` the one as whose firm it comes.

    A walk-in has no account, perhaps no firm. `is_helper`: staff, speakers and vendors on duty, who hold
    no seat and are no visitors. `code` is typed at the door. `accept_by` is the last day of an
    offer. `attended_on` repeats what the records of attendance come to.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="registrations")
    ward = ward_key()
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, null=True, related_name="+")
    firm_ward = models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    person = person_key(null=True)
    firm_name = models.CharField(_("企業・所属"), max_length=200, blank=True)
    person_name = models.CharField(_("氏名"), max_length=100)
    wish = models.CharField(_("聞きたいこと・試したいこと"), max_length=300, blank=True)
    is_helper = models.BooleanField(_("スタッフ・登壇者・出展者"), default=False)
    is_walk_in = models.BooleanField(_("当日の受付"), default=False)
    status = models.CharField(
        _("状態"), max_length=10, default=states.WAITING, choices=states.REGISTRATION.choices
    )
    code = models.CharField(_("受付番号"), max_length=6)
    accept_by = models.DateField(_("返事の期限"), null=True)
    reason = models.TextField(_("理由"), blank=True)
    attended_on = models.DateField(_("来場日"), null=True)
    made_at = models.DateTimeField(_("申込日時"), db_default=Now())

    class Meta:
        verbose_name = _("催しの申込み")
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "person"],
                condition=Q(status__in=states.LIVE, person__isnull=False),
                name="registration_live_once",
                violation_error_message=_("すでにこの催しに申し込んでいます。"),
            ),
            models.UniqueConstraint(
                fields=["event", "person_name", "firm_name"],
                condition=Q(status__in=states.LIVE, person=None),
                name="registration_walk_in_once",
                violation_error_message=_("同じ名前の方が、すでに受付されています。"),
            ),
            models.UniqueConstraint(fields=["event", "code"], name="registration_code_once"),
            models.CheckConstraint(
                condition=~Q(status=states.OFFERED) | Q(accept_by__isnull=False),
                name="registration_offer_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[states.REMOVED, states.CALLED_OFF]) | ~Q(reason=""),
                name="registration_ended_with_reason",
                violation_error_message=_("理由を入力してください。"),
            ),
        ]
        indexes = [
            models.Index(fields=["event", "status", "made_at"], name="registration_queue"),
            models.Index(fields=["firm", "made_at"], name="registration_of_firm"),
            models.Index(fields=["firm_ward", "made_at"], name="registration_of_ward"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.person_name}"

    @property
    def state(self) -> State:
        return states.REGISTRATION.state(self.status)
