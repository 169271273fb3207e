"""Tables of the watch: what can be compared, what was found, and from where on it is told."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from subsidies.watch import states


class Trace(models.Model):
    """照合キー: one thing of a submitted application by which others can be found.

    `key` is a digest, so that an index finds equal ones; `label` says it in words, `yen` is the
    unit price (円, 税抜) of an item. Made anew with each submitted version. Only the system compares
    across wards; officials read those of their own ward.
    """

    class Kind(models.TextChoices):
        FIRM = "firm", _("企業")
        NAME = "name", _("企業の名称")
        VENDOR = "vendor", _("発注予定先")
        ITEM = "item", _("経費の品目")
        FILE = "file", _("ファイル")
        ACCOUNT = "account", _("振込先口座")
        TEXT = "text", _("計画の文章")
        QUOTER = "quoter", _("見積りの会社")
        PAIR = "pair", _("見積りの組")

    application = models.ForeignKey(
        "subsidies.Application", on_delete=models.CASCADE, related_name="traces"
    )
    ward = models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    firm = models.ForeignKey(
        "programs.Firm", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=32)
    label = models.CharField(max_length=200, blank=True)
    yen = models.PositiveBigIntegerField(null=True)

    class Meta:
        verbose_name = _("照合キー")
        indexes = [
            models.Index(fields=["kind", "key", "application"], name="trace_by_key"),
            models.Index(fields=["ward", "kind", "fiscal_year", "key"], name="trace_of_ward"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind} {self.label}"


class Finding(models.Model):
    """気になる点 of one application, for the officials of its ward. Decides nothing by itself.

    `subject` tells findings of one kind and application apart; the same is found once. `evidence`
    is frozen as it was found. Between two wards there is one finding on each side, linked by
    `twin`: its evidence holds of the other case nothing but ward, scheme and date, and `other`
    stays empty.
    """

    class Kind(models.TextChoices):
        FIRM = "firm", _("同じ企業の重なる申請")
        ACCOUNT = "account", _("同じ振込先口座")
        FILE = "file", _("同じファイル")
        TEXT = "text", _("よく似た計画の文章")
        VENDOR = "vendor", _("発注先の集中")
        RING = "ring", _("互いに発注し合う企業")
        PRICE = "price", _("離れた価格")
        UNIT = "unit", _("確認済みの数字")
        SAME_DAY = "same_day", _("同じ日の相見積")
        TOGETHER = "together", _("いつも一緒の見積り")

    application = models.ForeignKey(
        "subsidies.Application", on_delete=models.PROTECT, related_name="findings"
    )
    ward = models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    firm = models.ForeignKey(
        "programs.Firm", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(_("種類"), max_length=8, choices=Kind)
    subject = models.CharField(max_length=100)
    other = models.ForeignKey(
        "subsidies.Application", on_delete=models.PROTECT, null=True, related_name="+"
    )
    other_ward = models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    twin = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="+")
    evidence = models.JSONField(_("根拠"), default=dict)
    status = models.CharField(
        _("状態"),
        max_length=12,
        default=states.OPEN,
        choices=states.FINDING.choices,
    )
    found_at = models.DateTimeField(_("見つかった日時"), db_default=Now())
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    handled_at = models.DateTimeField(_("対応した日時"), null=True)

    class Meta:
        verbose_name = _("気になる点")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "kind", "subject"], name="finding_once"),
            models.CheckConstraint(
                condition=Q(other=None) | Q(other_ward=None) | Q(other_ward=F("ward")),
                name="finding_of_another_ward_names_no_case",
            ),
            models.CheckConstraint(
                condition=Q(status=states.OPEN) | ~Q(reason=""), name="finding_settled_with_reason"
            ),
        ]
        indexes = [models.Index(fields=["ward", "status", "-id"], name="finding_list")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.get_kind_display()}"

    @property
    def is_elsewhere(self) -> bool:
        """Whether the other case is another ward's."""
        return self.other_ward_id is not None and self.other_ward_id != self.ward_id

    @property
    def tells_of_elsewhere(self) -> bool:
        """Whether reading it tells anything of another ward's cases: then looking is recorded."""
        if self.kind == self.Kind.RING:
            return any("ward" in item for item in self.evidence.get("firms", ()))
        return self.is_elsewhere


class LimitsVersion(models.Model):
    """基準の版: from where on a ward is told of something; the newest counts, none is changed.

    A ward without a row has `rules.limits.STANDARD`, whose fields these are.
    """

    ward = models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.PositiveIntegerField(_("版"))
    vendor_firms = models.PositiveSmallIntegerField(_("発注先の集中：企業の数"))
    vendor_one_in = models.PositiveSmallIntegerField(_("発注先の集中：申請者の何社に1社"))
    text_percent = models.PositiveSmallIntegerField(_("文章の一致（％）"))
    file_firms = models.PositiveSmallIntegerField(_("共通の書類とみなす企業の数"))
    price_peers = models.PositiveSmallIntegerField(_("価格を比べる企業の数"))
    price_tenths = models.PositiveSmallIntegerField(_("価格：MADの倍率（10分の1）"))
    price_percent = models.PositiveSmallIntegerField(_("価格：中央値に対する割合（％）"))
    pair_firms = models.PositiveSmallIntegerField(_("一緒の見積り：企業の数"))
    pair_percent = models.PositiveSmallIntegerField(_("一緒の見積り：見積先に占める割合（％）"))
    reason = models.CharField(_("変える理由"), max_length=300)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    set_at = models.DateTimeField(_("変えた日時"), db_default=Now())

    class Meta:
        verbose_name = _("点検の基準")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["ward", "number"], name="watch_limits_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="watch_limits_have_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.ward_id} {self.number}"
