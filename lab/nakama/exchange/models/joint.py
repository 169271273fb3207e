"""共同受注: what a lead firm has to have made, what firms offer, how it is split, who makes what.

What officials read (`JointOrder`) holds no price. Prices stand in tables of their own: the terms for
firms, the lead's own papers, each firm's offer and share.
"""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.nakama.cases.models import Award, Order
from lab.nakama.exchange import states
from lab.nakama.exchange.rules.lots import MOST_FIRMS
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key


def _firm(**kwargs: Any) -> models.ForeignKey:
    return models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+", **kwargs)


class JointOrder(models.Model):
    """A 共同受注 of the lead firm (`firm`, in `ward`). Its name stands in `JointPrivate`."""

    class Pricing(models.TextChoices):
        UNIFORM = "uniform", _("全社同じ単価を、先に示す")
        OFFERED = "offered", _("各社が単価を申し出る（ほかの企業には見えません）")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("番号"), max_length=30, unique=True)
    ward = ward_key()
    firm = _firm()
    item = models.CharField(_("品目"), max_length=80)
    detail = models.TextField(_("仕様"), blank=True)
    quantity = models.PositiveIntegerField(_("数量"))
    due_on = models.DateField(_("納期"))
    closes_on = models.DateField(_("申出の締切"))
    # What a firm must be able to do. Without a process it is read from item and specification.
    process_code = models.CharField(_("工程"), max_length=24, blank=True)
    material = models.CharField(_("材料"), max_length=40, blank=True)
    size_mm = models.PositiveIntegerField(_("最大の大きさ（mm）"), null=True)
    tolerance_um = models.PositiveIntegerField(_("公差 ±µm"), null=True)
    told = models.PositiveSmallIntegerField(_("知らせた社数"), null=True)
    form = models.CharField(_("契約の形"), max_length=8, choices=Award.Form)
    pricing = models.CharField(_("単価の決め方"), max_length=7, choices=Pricing)
    most_firms = models.PositiveSmallIntegerField(_("最大の社数"), default=MOST_FIRMS)
    status = models.CharField(
        _("状態"), max_length=10, default=states.OFFERING, choices=states.JOINT.choices
    )
    firms = models.PositiveSmallIntegerField(_("分担する社数"), default=0)
    is_independent = models.BooleanField(_("資本の関係がない"), default=False)
    answer_by = models.DateField(_("返事の期限"), null=True)
    contracted_on = models.DateField(_("成立した日"), null=True)
    reason = models.TextField(_("取りやめの理由"), blank=True)
    opened_at = models.DateTimeField(db_default=Now())
    opened_by = person_key(db_index=False)

    class Meta:
        verbose_name = _("共同受注")
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["ward", "status"], name="joint_ward"),
            models.Index(fields=["status", "closes_on"], name="joint_board"),
            models.Index(fields=["firm", "-id"], name="joint_lead"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="joint_some"),
            models.CheckConstraint(condition=Q(closes_on__lte=F("due_on")), name="joint_closes"),
            models.CheckConstraint(
                condition=Q(most_firms__gte=2, most_firms__lte=MOST_FIRMS), name="joint_firms"
            ),
        ]

    def __str__(self) -> str:
        return self.item

    @property
    def state(self) -> State:
        return states.JOINT.state(self.status)


class JointCall(models.Model):
    """募集のお知らせ to one firm that can do it; seen by that firm. How many there are stands in `told`."""

    joint = models.ForeignKey(JointOrder, on_delete=models.PROTECT, related_name="calls")
    firm = _firm(db_index=False)
    told_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("共同受注の募集のお知らせ")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["joint", "firm"], name="jointcall_once")]
        indexes = [models.Index(fields=["firm", "told_at"], name="jointcall_of_firm")]

    def __str__(self) -> str:
        return f"{self.joint_id} {self.firm_id}"


class JointTerms(models.Model):
    """What firms read before they offer. `unit_yen` is the price of all in the uniform pricing."""

    joint = models.OneToOneField(JointOrder, on_delete=models.PROTECT, related_name="pay")
    unit_yen = models.PositiveIntegerField(_("単価（円・税抜）"), null=True)
    fee_permille = models.PositiveSmallIntegerField(_("管理費（千分率）"), default=0)
    pay_on = models.DateField(_("支払期日"), null=True)
    method = models.CharField(
        _("支払の方法"), max_length=8, choices=Order.Method, default=Order.Method.TRANSFER
    )
    terms = models.CharField(_("取り決め"), max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(fee_permille__lte=300), name="jointterms_fee")
        ]

    def __str__(self) -> str:
        return str(self.joint_id)

    @property
    def fee_percent(self) -> str:
        """「5」, 「2.5」."""
        return f"{self.fee_permille / 10:g}"


class JointPrivate(models.Model):
    """The lead's own papers: seen by the lead alone. Shares and orders take from them what they need."""

    joint = models.OneToOneField(JointOrder, on_delete=models.PROTECT, related_name="private")
    firm = _firm(db_index=False)
    lead_name = models.CharField(_("受注統括の名前"), max_length=300)
    customer = models.CharField(_("顧客"), max_length=200, blank=True)
    customer_unit_yen = models.PositiveIntegerField(_("顧客の単価（円・税抜）"), null=True)
    deliver_to = models.CharField(_("納品先"), max_length=300)
    contact = models.CharField(_("連絡先"), max_length=100)

    def __str__(self) -> str:
        return self.lead_name


class JointOffer(models.Model):
    """What a firm can take; seen by itself and the lead."""

    joint = models.ForeignKey(JointOrder, on_delete=models.PROTECT, related_name="offers")
    lead_firm = _firm(db_index=False)
    ward = ward_key()
    firm = _firm()
    firm_name = models.CharField(_("企業名"), max_length=200)
    least = models.PositiveIntegerField(_("最小の数量"))
    most = models.PositiveIntegerField(_("最大の数量"))
    unit_yen = models.PositiveIntegerField(_("単価（円・税抜）"))
    setup_yen = models.PositiveIntegerField(_("段取り費（円・税抜）"), default=0)
    ready_on = models.DateField(_("納められる日"))
    note = models.CharField(_("メモ"), max_length=200, blank=True)
    offered_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True)
    offered_by = person_key(db_index=False)

    class Meta:
        verbose_name = _("共同受注の申出")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["joint", "firm"], name="jointoffer_once"),
            models.CheckConstraint(
                condition=Q(least__gte=1, most__gte=F("least")), name="jointoffer_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.firm_name} {self.least}–{self.most}"

    @property
    def largest_yen(self) -> int:
        """What its largest lot costs."""
        return self.setup_yen + self.unit_yen * self.most


class JointSplit(models.Model):
    """A split that was computed, and what the lead made of it; the lead's. The newest counts.

    `reasons`: for each firm [firm id, lot, 円 more without it or null, 円 more with it or null].
    """

    joint = models.ForeignKey(JointOrder, on_delete=models.PROTECT, related_name="splits")
    lead_firm = _firm(db_index=False)
    lots = models.JSONField()
    cost_yen = models.PositiveBigIntegerField()
    reasons = models.JSONField()
    adjusted = models.TextField(_("手直しの理由"), blank=True)
    best_yen = models.PositiveBigIntegerField(help_text="cost of the computed split it comes from")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.joint_id} #{self.pk}"

    @property
    def more_yen(self) -> int:
        """What the lead's change costs."""
        return self.cost_yen - self.best_yen


class JointShare(models.Model):
    """What a firm makes of it; seen by itself and the lead. `done` pieces are made so far."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    joint = models.ForeignKey(JointOrder, on_delete=models.PROTECT, related_name="shares")
    lead_firm = _firm(db_index=False)
    ward = ward_key()
    firm = _firm()
    firm_name = models.CharField(_("企業名"), max_length=200)
    lead_name = models.CharField(_("受注統括"), max_length=300)
    contact = models.CharField(_("連絡先"), max_length=100)
    deliver_to = models.CharField(_("納品先"), max_length=300)
    quantity = models.PositiveIntegerField(_("数量"))
    unit_yen = models.PositiveIntegerField(_("単価（円・税抜）"))
    setup_yen = models.PositiveIntegerField(_("段取り費（円・税抜）"), default=0)
    ready_on = models.DateField(_("納める日"))
    status = models.CharField(
        _("状態"), max_length=8, default=states.ASKED, choices=states.JOINT_SHARE.choices
    )
    done = models.PositiveIntegerField(_("できた数"), default=0)
    order = models.OneToOneField(
        "cases.Order", on_delete=models.PROTECT, related_name="+", null=True
    )
    reason = models.TextField(_("理由"), blank=True)

    class Meta:
        verbose_name = _("共同受注の分担")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["joint", "firm"], name="jointshare_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, done__lte=F("quantity")), name="jointshare_done"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.firm_name} × {self.quantity}"

    @property
    def state(self) -> State:
        return states.JOINT_SHARE.state(self.status)

    @property
    def price_yen(self) -> int:
        return self.quantity * self.unit_yen + self.setup_yen
