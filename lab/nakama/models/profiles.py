"""What a firm can make (加工能力): processes with their limits, machines, certificates, free weeks."""

import uuid
from decimal import ROUND_HALF_UP, Decimal

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.nakama import states
from lab.nakama.models.taxonomy import Process
from portal.kernel.transitions import State
from programs.models.keys import person_key

# Design 2d: ratings are shown from three on.
RATINGS_SHOWN = 3
_AT_LEAST_ONE = [MinValueValidator(1)]


class CapabilityProfile(models.Model):
    """加工能力の登録: one per firm, seen by the firms of all wards.

    `firm_name`, `ward` (of the head office) and `address` are what others read: a firm's own row is not theirs.
    `material_names` are the firm's words, `materials` what `rules.materials.marks()` makes of them. `tokens`
    is the text as `rules.reading` reads it, `search_vector` the same for PostgreSQL.
    `asked`/`answered` count invitations and answers to them, the *_sum columns add up ratings of 1–5.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    firm = models.OneToOneField("programs.Firm", on_delete=models.PROTECT, related_name="+")
    firm_name = models.CharField(_("企業名"), max_length=200)
    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, null=True, related_name="+")
    address = models.CharField(_("所在地"), max_length=200, blank=True)
    status = models.CharField(
        _("状態"),
        max_length=9,
        default=states.PREFILLED,
        choices=[(state.code, state.label) for state in states.PROFILE.states],
    )
    description = models.TextField(_("得意なこと"), blank=True, max_length=2000)
    equipment = models.TextField(_("設備の一覧"), blank=True, max_length=2000)
    material_names = ArrayField(
        models.CharField(max_length=40), verbose_name=_("材料"), default=list
    )
    materials = ArrayField(models.CharField(max_length=60), default=list, editable=False)
    measuring_tools = ArrayField(
        models.CharField(max_length=60), verbose_name=_("測定器"), default=list
    )
    cad_formats = ArrayField(
        models.CharField(max_length=20), verbose_name=_("CADの形式"), default=list
    )
    takes = ArrayField(
        models.CharField(max_length=20), verbose_name=_("対応できる仕事"), default=list
    )
    tokens = models.TextField(editable=False, default="")
    search_vector = SearchVectorField(editable=False, default="")
    asked = models.PositiveIntegerField(_("依頼を受けた数"), default=0)
    answered = models.PositiveIntegerField(_("期限までに答えた数"), default=0)
    ratings = models.PositiveIntegerField(_("評価の数"), default=0)
    quality_sum = models.PositiveIntegerField(default=0)
    delivery_sum = models.PositiveIntegerField(default=0)
    talk_sum = models.PositiveIntegerField(default=0)
    prefilled_by = person_key(null=True, db_index=False)
    confirmed_by = person_key(null=True, db_index=False)
    confirmed_at = models.DateTimeField(_("確認した日時"), null=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(_("更新した日時"), db_default=Now())

    class Meta:
        verbose_name = _("加工能力の登録")
        indexes = [models.Index(fields=["ward", "status"], name="profile_by_ward")]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered__lte=F("asked")), name="profile_answers_fit"
            ),
            models.CheckConstraint(
                condition=~Q(status=states.CONFIRMED)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="profile_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.firm_name

    @property
    def state(self) -> State:
        return states.PROFILE.state(self.status)

    @property
    def response_percent(self) -> int | None:
        """Answers per invitation in %, None before the first."""
        return round(100 * self.answered / self.asked) if self.asked else None

    @property
    def marks(self) -> dict[str, Decimal] | None:
        """Average marks, from three ratings on."""
        if self.ratings < RATINGS_SHOWN:
            return None
        return {
            name: (Decimal(total) / self.ratings).quantize(Decimal("0.1"), ROUND_HALF_UP)
            for name, total in (
                ("quality", self.quality_sum),
                ("delivery", self.delivery_sum),
                ("talk", self.talk_sum),
            )
        }


class OfProfile(models.Model):
    """A part of a profile; it is seen with it."""

    profile = models.ForeignKey(
        CapabilityProfile, on_delete=models.CASCADE, related_name="%(class)s_set"
    )

    class Meta:
        abstract = True


class Capability(OfProfile):
    """A process that the firm does itself, and its limits. Sizes in mm, times in working days.

    `max_size_mm` is the longest side as the firm says it; `reach_mm` that, else the largest envelope
    of its machines for the process (services keep it). `is_read`: taken from the description and not
    yet said by the firm itself.
    """

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="+")
    is_read = models.BooleanField(default=False)
    is_implied = models.BooleanField(default=False)
    max_size_mm = models.PositiveIntegerField(
        _("最大の大きさ（mm）"), null=True, blank=True, validators=_AT_LEAST_ONE
    )
    reach_mm = models.PositiveIntegerField(null=True, editable=False)
    roughness_ra = models.DecimalField(
        _("面粗さ Ra（µm）"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    lot_min = models.PositiveIntegerField(
        _("ロット（最小）"), null=True, blank=True, validators=_AT_LEAST_ONE
    )
    lot_max = models.PositiveIntegerField(
        _("ロット（最大）"), null=True, blank=True, validators=_AT_LEAST_ONE
    )
    lead_days = models.PositiveSmallIntegerField(_("標準の納期（営業日）"), null=True, blank=True)
    rush_days = models.PositiveSmallIntegerField(_("最短の納期（営業日）"), null=True, blank=True)

    class Meta:
        verbose_name = _("対応できる工程")
        ordering = ["process__order"]
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "process"],
                name="capability_once",
                violation_error_message=_("この工程は、もう登録されています。"),
            ),
            models.CheckConstraint(
                condition=Q(lot_min=None) | Q(lot_max=None) | Q(lot_min__lte=F("lot_max")),
                name="capability_lots",
                violation_error_message=_("ロットの最小は、最大以下にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(lead_days=None) | Q(rush_days=None) | Q(rush_days__lte=F("lead_days")),
                name="capability_days",
                violation_error_message=_("最短の納期は、標準の納期以下にしてください。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.process_id}"


class ToleranceStep(models.Model):
    """寸法ごとの公差: up to `up_to_mm` (None: any size) the firm keeps ± `tolerance_um` µm.

    Within a capability a larger size never has the smaller tolerance (services check it); the
    search rests on that.
    """

    capability = models.ForeignKey(Capability, on_delete=models.CASCADE, related_name="steps")
    up_to_mm = models.PositiveIntegerField(
        _("この大きさまで（mm）"), null=True, blank=True, validators=_AT_LEAST_ONE
    )
    tolerance_um = models.PositiveIntegerField(_("公差 ±µm"), validators=_AT_LEAST_ONE)

    class Meta:
        verbose_name = _("寸法ごとの公差")
        ordering = [F("up_to_mm").asc(nulls_last=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["capability", "up_to_mm"],
                nulls_distinct=False,
                name="tolerance_step_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.up_to_mm} ±{self.tolerance_um}"


class ProfileMachine(OfProfile):
    """設備 with its envelope (加工できる大きさ, mm; a turned part has its diameter as width)."""

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("設備の名前・型式"), max_length=80)
    made_in = models.PositiveSmallIntegerField(_("年式"), null=True, blank=True)
    count = models.PositiveSmallIntegerField(_("台数"), default=1, validators=_AT_LEAST_ONE)
    length_mm = models.PositiveIntegerField(_("長さ（mm）"), null=True, blank=True)
    width_mm = models.PositiveIntegerField(_("幅・径（mm）"), null=True, blank=True)
    height_mm = models.PositiveIntegerField(_("高さ（mm）"), null=True, blank=True)

    class Meta:
        verbose_name = _("設備")
        ordering = ["process__order", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def envelope(self) -> str:
        """600×400×300 of what is known."""
        sides = (self.length_mm, self.width_mm, self.height_mm)
        return "×".join(f"{side:,}" for side in sides if side)


class ProfileCertificate(OfProfile):
    """認証. `code` is what `rules.certificates.code_of()` makes of the name: "iso9001"."""

    code = models.CharField(max_length=40, editable=False)
    name = models.CharField(_("認証の名前"), max_length=60)
    valid_until = models.DateField(_("有効期限"), null=True, blank=True)

    class Meta:
        verbose_name = _("認証")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "code"],
                name="certificate_once",
                violation_error_message=_("この認証は、もう登録されています。"),
            )
        ]

    def __str__(self) -> str:
        return self.name


class WeekCapacity(OfProfile):
    """その週の空き, as the firm itself says. `week` is the Monday."""

    class Mark(models.TextChoices):
        OPEN = "open", _("○ 空きあり")
        SOME = "some", _("△ 相談")
        FULL = "full", _("× 空きなし")

    week = models.DateField(_("週"))
    mark = models.CharField(_("空き"), max_length=4, choices=Mark)

    class Meta:
        verbose_name = _("週の空き")
        ordering = ["week"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "week"], name="week_capacity_once"),
            models.CheckConstraint(condition=Q(week__iso_week_day=1), name="week_capacity_monday"),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.week} {self.mark}"


class HourlyBand(models.Model):
    """時間単価の幅 (円, 税抜): read by the firm itself and by the planner, by nobody else."""

    firm = models.OneToOneField("programs.Firm", on_delete=models.PROTECT, related_name="+")
    low_yen = models.PositiveIntegerField(_("時間単価の下限（円）"), validators=_AT_LEAST_ONE)
    high_yen = models.PositiveIntegerField(_("時間単価の上限（円）"), validators=_AT_LEAST_ONE)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("時間単価の幅")
        constraints = [
            models.CheckConstraint(
                condition=Q(low_yen__lte=F("high_yen")),
                name="hourly_band_order",
                violation_error_message=_("時間単価の下限は、上限以下にしてください。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.firm_id}"
