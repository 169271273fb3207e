"""出展枠: which vendor shows what at an event, and who stands behind it."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.events import states
from lab.events.models.events import Event
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key


class Slot(models.Model):
    """What visitors read of a vendor. `vendor_key` is its name without form and spaces: it tells vendors apart."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="vendor_slots")
    ward = ward_key()
    vendor = models.CharField(_("出展者"), max_length=100)
    vendor_key = models.CharField(max_length=100)
    product = models.CharField(_("見せるもの"), max_length=100)
    summary = models.CharField(_("試せること"), max_length=300)
    status = models.CharField(
        _("状態"), max_length=9, default=states.APPLIED, choices=states.SLOT.choices
    )
    reason = models.TextField(_("理由"), blank=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("出展枠")
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "vendor_key"],
                condition=Q(status__in=states.STANDING),
                name="slot_vendor_once",
                violation_error_message=_("この出展者は、すでにこの催しに申し込んでいます。"),
            ),
            models.CheckConstraint(
                condition=~Q(status=states.DECLINED) | ~Q(reason=""),
                name="slot_declined_with_reason",
                violation_error_message=_("理由を入力してください。"),
            ),
        ]
        indexes = [
            models.Index(fields=["ward"], name="slot_to_decide", condition=Q(status="applied")),
            models.Index(fields=["ward", "vendor_key"], name="slot_of_vendor"),
        ]

    def __str__(self) -> str:
        return f"{self.vendor} {self.product}"

    @property
    def state(self) -> State:
        return states.SLOT.state(self.status)


class SlotApplicant(models.Model):
    """Who answers for a slot, and what binds the vendor to the ward or its advisors; for staff alone."""

    slot = models.OneToOneField(Slot, on_delete=models.PROTECT, related_name="applicant")
    ward = ward_key()
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, null=True, related_name="+")
    person = person_key(null=True, db_index=False)
    contact_name = models.CharField(_("担当者"), max_length=100)
    contact = models.CharField(_("連絡先"), max_length=200)
    conflict = models.CharField(_("区・相談員との関係"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("出展の申込者")

    def __str__(self) -> str:
        return f"{self.slot_id} {self.contact_name}"
