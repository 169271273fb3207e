"""The award by the buyer, the orders that follow from it, and talks about prices."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.nakama.cases.rules.terms import MOST_DAYS, latest_payment
from programs.models.keys import person_key


class Award(models.Model):
    """発注の決定, once a case, by the buyer. `fee_permille` is the lead entity's share (管理費)."""

    class Form(models.TextChoices):
        JOINT = "joint", _("共同受注（受注統括が契約し、仲間に発注する）")
        BROKERED = "brokered", _("斡旋（発注元が仲間それぞれと契約する）")

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="award")
    form = models.CharField(_("契約の形"), max_length=8, choices=Form)
    lead_name = models.CharField(_("受注統括の名前"), max_length=100)
    fee_permille = models.PositiveSmallIntegerField(_("管理費（千分率）"), default=0)
    awarded_by = person_key(db_index=False)
    awarded_at = models.DateTimeField(_("決定日時"), db_default=Now())

    class Meta:
        verbose_name = _("発注の決定")
        constraints = [
            models.CheckConstraint(condition=Q(fee_permille__lte=300), name="award_fee"),
            # Nobody stands between in the brokered form: no fee either.
            models.CheckConstraint(
                condition=Q(form="joint") | Q(fee_permille=0), name="award_brokered_no_fee"
            ),
        ]

    def __str__(self) -> str:
        return str(self.case_id)


class Order(models.Model):
    """注文 of `orderer` to `contractor`: what 取適法4条 asks to be stated. Amounts 税抜.

    `pay_on` is at most 60 days after `deliver_on` (受領日から起算); there is no 手形 to choose.
    Without a case it is a part of a joint order of the exchange. `supply_*` is 有償支給材, material that
    the orderer sells for it: its price is settled on the day of payment at the earliest.
    """

    class Method(models.TextChoices):
        TRANSFER = "transfer", _("銀行振込")
        CASH = "cash", _("現金")

    class Settlement(models.TextChoices):
        OFFSET = "offset", _("代金から差し引く（相殺）")
        TRANSFER = "transfer", _("銀行振込")
        CASH = "cash", _("現金")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(
        "cases.Case", on_delete=models.PROTECT, related_name="orders", null=True
    )
    step = models.ForeignKey(
        "cases.CaseStep", on_delete=models.PROTECT, related_name="orders", null=True
    )
    number = models.CharField(_("注文番号"), max_length=40, unique=True)
    orderer = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    orderer_name = models.CharField(_("委託事業者"), max_length=300)
    contractor = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    contractor_name = models.CharField(_("受託事業者"), max_length=300)
    goods = models.CharField(_("給付の内容"), max_length=300)
    quantity = models.PositiveIntegerField(_("数量"))
    price_yen = models.PositiveBigIntegerField(_("代金の額（税抜）"))
    tax_percent = models.PositiveSmallIntegerField(_("消費税率"), default=10)
    ordered_on = models.DateField(_("委託した日"))
    deliver_on = models.DateField(_("給付を受領する期日"))
    deliver_to = models.CharField(_("受領する場所"), max_length=300)
    inspect_by = models.DateField(_("検査を終える期日"))
    pay_on = models.DateField(_("支払期日"))
    method = models.CharField(
        _("支払の方法"), max_length=8, choices=Method, default=Method.TRANSFER
    )
    terms = models.CharField(_("取り決め"), max_length=500, blank=True)
    supply_goods = models.CharField(_("有償支給材の品名"), max_length=100, blank=True)
    supply_quantity = models.CharField(_("有償支給材の数量"), max_length=40, blank=True)
    supply_yen = models.PositiveBigIntegerField(_("有償支給材の対価（税抜）"), null=True)
    supply_on = models.DateField(_("有償支給材を引き渡す期日"), null=True)
    supply_settle_on = models.DateField(_("有償支給材の決済の期日"), null=True)
    supply_method = models.CharField(
        _("有償支給材の決済の方法"), max_length=8, choices=Settlement, blank=True
    )
    received_on = models.DateField(_("受領した日"), null=True)
    cancelled_on = models.DateField(_("注文を取り消した日"), null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("注文")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(pay_on__gte=F("deliver_on"))
                & Q(
                    pay_on__lte=ExpressionWrapper(
                        F("deliver_on") + Value(MOST_DAYS), output_field=models.DateField()
                    )
                ),
                name="order_paid_in_time",
                violation_error_message=_(
                    "支払期日は、受領の日から60日以内にしてください（取適法）。"
                ),
            ),
            models.CheckConstraint(condition=Q(price_yen__gt=0), name="order_of_something"),
            models.CheckConstraint(
                condition=Q(cancelled_on=None) | Q(received_on=None),
                name="order_received_or_cancelled",
            ),
            models.CheckConstraint(
                condition=Q(inspect_by__gte=F("deliver_on")), name="order_inspected_after"
            ),
            models.CheckConstraint(
                condition=Q(
                    supply_goods="",
                    supply_quantity="",
                    supply_yen=None,
                    supply_on=None,
                    supply_settle_on=None,
                    supply_method="",
                )
                | ~Q(supply_goods="")
                & ~Q(supply_quantity="")
                & ~Q(supply_method="")
                & Q(supply_yen__gt=0, supply_on__isnull=False, supply_settle_on__isnull=False),
                name="order_supply_whole",
            ),
            models.CheckConstraint(
                condition=Q(supply_settle_on=None) | Q(supply_settle_on__gte=F("pay_on")),
                name="order_supply_not_settled_early",
            ),
        ]
        indexes = [
            models.Index(fields=["orderer", "id"], name="order_by_orderer"),
            models.Index(fields=["contractor", "id"], name="order_by_contractor"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def tax_yen(self) -> int:
        """消費税, 1円未満切捨て."""
        return self.price_yen * self.tax_percent // 100

    @property
    def pay_by(self) -> dt.date:
        """支払期日, and never after the 60th day from the day of receipt, where that came early."""
        if self.received_on is None:
            return self.pay_on
        return min(self.pay_on, latest_payment(self.received_on))


class PriceTalk(models.Model):
    """価格協議の記録, append-only: who asked for what, and what was answered with which reason."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="talks")
    by_firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(_("書いた企業"), max_length=300)
    held_on = models.DateField(_("協議した日"))
    said = models.TextField(_("協議の内容"))
    result = models.CharField(_("結果と理由"), max_length=500)
    written_by = person_key(db_index=False)
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("価格協議の記録")
        ordering = ["-held_on", "-id"]

    def __str__(self) -> str:
        return str(self.order_id)
