"""共同購買: what is bought together, who needs how much, what suppliers ask, what each would pay."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lab.nakama.exchange import states
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key


def _firm() -> models.ForeignKey:
    return models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")


class Purchase(models.Model):
    """A round of a lab (`ward` is its host). Pooling prices was checked under 独占禁止法 before."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ward = ward_key()
    name = models.CharField(_("名称"), max_length=80)
    closes_on = models.DateField(_("必要量の締切"))
    checked_by = models.CharField(_("独占禁止法の確認をした人"), max_length=80)
    checked_on = models.DateField(_("確認した日"))
    status = models.CharField(
        _("状態"), max_length=9, default=states.GATHERING, choices=states.PURCHASE.choices
    )
    answer_by = models.DateField(_("返事の期限"), null=True)
    cost_yen = models.PositiveBigIntegerField(_("全体の費用（円・税抜）"), null=True)
    saved_yen = models.PositiveBigIntegerField(_("全体の節約（円・税抜）"), null=True)
    reason = models.TextField(_("中止の理由"), blank=True)
    made_by = person_key(db_index=False)

    class Meta:
        verbose_name = _("共同購買")
        ordering = ["-closes_on", "-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> State:
        return states.PURCHASE.state(self.status)


class PurchaseItem(models.Model):
    """Something that is bought together."""

    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="items")
    name = models.CharField(_("品目"), max_length=80)
    unit = models.CharField(_("単位"), max_length=10)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["purchase", "name"], name="purchaseitem_once")
        ]

    def __str__(self) -> str:
        return self.name


class PurchaseQuote(models.Model):
    """A supplier's prices for an item: [[from this quantity, 円 per unit], …], and per-firm delivery."""

    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="quotes")
    item = models.ForeignKey(PurchaseItem, on_delete=models.PROTECT, related_name="+")
    supplier = models.CharField(_("仕入先"), max_length=80)
    breaks = models.JSONField(_("数量ごとの単価"))
    delivery_yen = models.PositiveIntegerField(_("1社への配送料（円・税抜）"), default=0)

    class Meta:
        ordering = ["item", "supplier"]
        constraints = [
            models.UniqueConstraint(fields=["item", "supplier"], name="purchasequote_once")
        ]

    def __str__(self) -> str:
        return f"{self.supplier} {self.item}"


class PurchaseDemand(models.Model):
    """How much a firm needs, and what it pays alone; seen by the firm itself and nobody else."""

    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(PurchaseItem, on_delete=models.PROTECT, related_name="+")
    ward = ward_key()
    firm = _firm()
    quantity = models.PositiveIntegerField(_("必要な数量"))
    alone_yen = models.PositiveBigIntegerField(_("自社だけで買うときの金額（円・税抜）"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "firm"], name="purchasedemand_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="purchasedemand_some"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} × {self.quantity}"


class PurchaseShare(models.Model):
    """What a firm would pay of the whole, against alone; its yes or no. Never more than alone."""

    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="+")
    firm = _firm()
    pays_yen = models.PositiveBigIntegerField(_("共同で買うときの金額（円・税抜）"))
    alone_yen = models.PositiveBigIntegerField(_("自社だけで買うときの金額（円・税抜）"))
    accepted = models.BooleanField(_("参加する"), null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purchase", "firm"], name="purchaseshare_once"),
            models.CheckConstraint(
                condition=Q(pays_yen__lte=F("alone_yen")), name="purchaseshare_never_more"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pays_yen} / {self.alone_yen}"

    @property
    def saved_yen(self) -> int:
        return self.alone_yen - self.pays_yen
