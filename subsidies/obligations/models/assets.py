"""取得財産等管理台帳: what was bought with a grant and may not be disposed of freely for years."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from subsidies.obligations import states
from subsidies.obligations.rules import assets


class Asset(models.Model):
    """One asset of a grant, from the completion report that the ward settled the amount by.

    `unit_yen` and `net_yen` are 税抜. `life` names a row of the table of useful lives; until an
    official has confirmed it, it is a guess. `restricted_until` is the last day on which a disposal
    needs the ward's approval. `returned_yen`: the subsidy's share that a disposal gives back.
    """

    grant = models.ForeignKey("subsidies.Grant", on_delete=models.PROTECT, related_name="+")
    ward = models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=40, help_text="the expense line of the report")
    category = models.CharField(_("経費区分"), max_length=40)
    description = models.CharField(_("財産の名称"), max_length=200)
    vendor = models.CharField(_("購入先"), max_length=200, blank=True)
    quantity = models.PositiveIntegerField(_("数量"))
    unit_yen = models.PositiveBigIntegerField(_("単価（税抜・円）"))
    net_yen = models.PositiveBigIntegerField(_("取得価格（税抜・円）"))
    acquired_on = models.DateField(_("取得日"))
    place = models.CharField(_("保管場所"), max_length=200, blank=True)
    life = models.CharField(
        _("耐用年数の区分"),
        max_length=12,
        choices=[(code, name) for code, name, _years in assets.LIVES],
    )
    life_years = models.PositiveSmallIntegerField(_("耐用年数（年）"))
    life_confirmed = models.BooleanField(_("耐用年数を確認済み"), default=False)
    restricted_until = models.DateField(_("処分制限の終わり"))
    status = models.CharField(
        _("状態"),
        max_length=12,
        default=states.IN_USE,
        choices=states.ASSET.choices,
    )
    disposed_on = models.DateField(_("処分日"), null=True)
    price_yen = models.PositiveBigIntegerField(_("処分価額（円）"), default=0)
    returned_yen = models.PositiveBigIntegerField(_("返還する額（円）"), default=0)
    firm_name = models.CharField(_("補助事業者"), max_length=200)
    receipt_no = models.CharField(_("受付番号"), max_length=40)
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("取得財産")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["grant", "key"], name="asset_once"),
            models.CheckConstraint(
                condition=Q(status=states.IN_USE, disposed_on=None)
                | ~Q(status=states.IN_USE) & Q(disposed_on__isnull=False),
                name="asset_disposed_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(returned_yen__lte=models.F("net_yen")), name="asset_returns_within"
            ),
        ]
        indexes = [models.Index(fields=["ward", "status", "restricted_until"], name="asset_by_day")]

    def __str__(self) -> str:
        return f"{self.receipt_no} {self.description}"
