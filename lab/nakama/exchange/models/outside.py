"""取引の成立の申告: a match that the portal or a lab has led to, and that was made outside the portal."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.nakama.exchange import states
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key


def _firm() -> models.ForeignKey:
    return models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")


class OutsideMatch(models.Model):
    """What one side claims until the other confirms (仮); it lapses on `lapses_on`.

    `ward` is the buyer's, `other_ward` the supplier's. `family` is a group of processes, the part family
    of 3-OC. `claimed_by` is the firm that declares, or on whose behalf lab staff or an official does.
    """

    class Band(models.TextChoices):
        TO_100K = "to_100k", _("10万円未満")
        TO_500K = "to_500k", _("10万円以上50万円未満")
        TO_1M = "to_1m", _("50万円以上100万円未満")
        TO_5M = "to_5m", _("100万円以上500万円未満")
        FROM_5M = "from_5m", _("500万円以上")

    class Trigger(models.TextChoices):
        PLATFORM = "platform", _("ポータルの仲間まわし（検索・商談会・資材融通など）で知り合った")
        LAB = "lab", _("ラボの利用や催しで知り合った")

    FIRM_COLUMNS = ("buyer_id", "supplier_id")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ward = ward_key()
    other_ward = ward_key()
    buyer = _firm()
    buyer_name = models.CharField(_("発注した企業"), max_length=200)
    supplier = _firm()
    supplier_name = models.CharField(_("受注した企業"), max_length=200)
    claimed_by = _firm()
    family = models.CharField(_("仕事の種類"), max_length=24)
    matched_on = models.DateField(_("成立した日"))
    band = models.CharField(_("金額の範囲（税抜）"), max_length=8, choices=Band)
    trigger = models.CharField(_("きっかけ"), max_length=8, choices=Trigger)
    story = models.CharField(_("いきさつ"), max_length=300, blank=True)
    status = models.CharField(
        _("状態"), max_length=9, default=states.CLAIMED, choices=states.MATCH.choices
    )
    lapses_on = models.DateField(_("確認の期限"))
    evidence = models.CharField(_("確かめた書類"), max_length=300, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    declared_by = person_key(db_index=False)
    declared_at = models.DateTimeField(_("申告日時"), db_default=Now())
    settled_at = models.DateTimeField(_("確認・終了の日時"), null=True)

    class Meta:
        verbose_name = _("取引の成立の申告")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(buyer=F("supplier")), name="outside_two_firms"),
            models.CheckConstraint(
                condition=Q(claimed_by=F("buyer")) | Q(claimed_by=F("supplier")),
                name="outside_claimed_by_a_side",
            ),
            models.UniqueConstraint(
                fields=["buyer", "supplier", "family", "matched_on"],
                condition=Q(status__in=[states.CLAIMED, states.CONCLUDED]),
                name="outside_once",
            ),
        ]
        indexes = [
            models.Index(fields=["ward", "status"], name="outside_ward"),
            models.Index(
                fields=["lapses_on"], condition=Q(status=states.CLAIMED), name="outside_to_lapse"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.buyer_name} → {self.supplier_name}"

    @property
    def state(self) -> State:
        return states.MATCH.state(self.status)

    @property
    def asked(self) -> int:
        """The firm that confirms."""
        return self.supplier_id if self.claimed_by_id == self.buyer_id else self.buyer_id

    @property
    def claimed_name(self) -> str:
        """The name of the firm that claims."""
        return self.buyer_name if self.claimed_by_id == self.buyer_id else self.supplier_name

    @property
    def asked_name(self) -> str:
        """The name of the firm that confirms."""
        return self.supplier_name if self.claimed_by_id == self.buyer_id else self.buyer_name
