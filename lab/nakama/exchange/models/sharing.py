"""資材融通: surplus and need on the board, who stands behind them, and how they were paired.

What everybody reads (`Listing`) names no firm; firm, contact and the highest price stand apart
(`ListingOwner`) and are seen by the other side once both have accepted.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.nakama.exchange import codes, states
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key


def _firm() -> models.ForeignKey:
    return models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")


class Listing(models.Model):
    """A surplus or a need, without a name. `ward` is where the material lies or is wanted."""

    class Kind(models.TextChoices):
        SURPLUS = "surplus", _("余っている")
        NEED = "need", _("欲しい")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ward = ward_key()
    kind = models.CharField(_("種類"), max_length=7, choices=Kind)
    material = models.CharField(_("材質"), max_length=10, choices=codes.MATERIALS.items())
    shape = models.CharField(_("形状"), max_length=7, choices=codes.SHAPES.items())
    a_mm = models.PositiveIntegerField(_("太さ・厚さ（mm）"))
    b_mm = models.PositiveIntegerField(_("幅（mm）"), default=0)
    length_mm = models.PositiveIntegerField(_("長さ（mm）"), default=0)
    unit = models.CharField(_("単位"), max_length=5, choices=codes.UNITS.items())
    quantity = models.PositiveIntegerField(_("数量"))
    left = models.PositiveIntegerField(_("相手の決まっていない数量"))
    price_yen = models.PositiveIntegerField(_("1単位の価格（円・税抜）"), default=0)
    until = models.DateField(_("期限"))
    status = models.CharField(
        _("状態"), max_length=9, default=states.OPEN, choices=states.LISTING.choices
    )
    listed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("資材の掲載")
        ordering = ["until", "id"]
        indexes = [
            models.Index(fields=["status", "kind", "until"], name="listing_board"),
            models.Index(fields=["ward", "status"], name="listing_ward"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1, left__lte=F("quantity")), name="listing_left"
            ),
            models.CheckConstraint(condition=Q(a_mm__gte=1), name="listing_size"),
            models.CheckConstraint(
                condition=~Q(status=states.PLACED) | Q(left=0), name="listing_placed_is_gone"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}　{self.what}"

    @property
    def what(self) -> str:
        """「SUS304（ステンレス）　丸棒　φ20×1000」."""
        size = "×".join(str(one) for one in (self.a_mm, self.b_mm, self.length_mm) if one)
        mark = "φ" if self.shape in {codes.ROUND, codes.PIPE} else ""
        return f"{self.get_material_display()}　{self.get_shape_display()}　{mark}{size}"

    @property
    def amount(self) -> str:
        return f"{self.quantity}{self.get_unit_display()}"

    @property
    def amount_left(self) -> str:
        return f"{self.left}{self.get_unit_display()}"

    @property
    def is_surplus(self) -> bool:
        return self.kind == self.Kind.SURPLUS

    @property
    def state(self) -> State:
        return states.LISTING.state(self.status)


class ListingOwner(models.Model):
    """Who stands behind a listing. `most_yen`: what a need would pay per unit at most."""

    listing = models.OneToOneField(Listing, on_delete=models.PROTECT, related_name="owner")
    ward = ward_key()
    firm = _firm()
    firm_name = models.CharField(_("企業名"), max_length=200)
    contact_name = models.CharField(_("担当者"), max_length=60)
    contact_phone = models.CharField(_("電話番号"), max_length=20)
    most_yen = models.PositiveIntegerField(_("1単位の上限価格（円・税抜）"), null=True)
    listed_by = person_key(db_index=False)

    def __str__(self) -> str:
        return f"{self.firm_name} {self.listing}"


class Pairing(models.Model):
    """A surplus proposed for a need. Each side accepts for itself; then both know each other.

    `ward` is the surplus's. `reported_firm` is the side that first said it was handed over.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ward = ward_key()
    surplus = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="+")
    need = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="+")
    surplus_firm = _firm()
    need_firm = _firm()
    quantity = models.PositiveIntegerField(_("数量"))
    km = models.DecimalField(_("距離（km）"), max_digits=5, decimal_places=1)
    burden_yen = models.PositiveIntegerField(_("組合せの負担（円）"))
    status = models.CharField(
        _("状態"), max_length=9, default=states.PROPOSED, choices=states.PAIRING.choices
    )
    proposed_at = models.DateTimeField(db_default=Now())
    answer_by = models.DateField(_("返事の期限"))
    surplus_accepted_at = models.DateTimeField(null=True)
    need_accepted_at = models.DateTimeField(null=True)
    reported_firm = models.ForeignKey(
        "programs.Firm", on_delete=models.PROTECT, related_name="+", null=True
    )
    reason = models.TextField(_("至らなかった理由"), blank=True)

    class Meta:
        verbose_name = _("資材の組合せ")
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["surplus", "need"], name="pairing_once"),
            models.UniqueConstraint(
                fields=["surplus"],
                condition=Q(status=states.PROPOSED),
                name="pairing_one_open_surplus",
            ),
            models.UniqueConstraint(
                fields=["need"], condition=Q(status=states.PROPOSED), name="pairing_one_open_need"
            ),
            models.CheckConstraint(
                condition=~Q(surplus_firm=F("need_firm")), name="pairing_two_firms"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=states.KNOWN)
                | Q(surplus_accepted_at__isnull=False, need_accepted_at__isnull=False),
                name="pairing_both_accepted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.surplus.what} → {self.need.what}"

    @property
    def state(self) -> State:
        return states.PAIRING.state(self.status)

    @property
    def amount(self) -> str:
        return f"{self.quantity}{self.surplus.get_unit_display()}"

    def side_of(self, firm_id: int | None) -> str:
        """surplus or need, for one of its two firms."""
        return "surplus" if firm_id == self.surplus_firm_id else "need"

    def accepted(self, side: str) -> bool:
        """Whether that side has said yes."""
        return getattr(self, f"{side}_accepted_at") is not None
