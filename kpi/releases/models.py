"""Releases: what was said of the figures, when, by whom, and never changed afterwards.

A release holds its figures as arrays by ward (`rules.WARDS`), a row for each indicator and period: 60
releases of 60 months stay small, and a row is compared as a whole.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kpi.releases import states


class Release(models.Model):
    """速報, 確報 or 改訂: the figures of all indicators as known at `watermark`, of days up to `as_of`.

    Whatever was made is never changed (a trigger refuses it) but for its approval and whether it is
    dropped. Public is an approved one from `public_from` on.
    """

    class Kind(models.TextChoices):
        PRELIMINARY = "preliminary", _("速報")
        FINAL = "final", _("確報")
        REVISED = "revised", _("改訂")

    class Reason(models.TextChoices):
        CANCELLED = "cancelled", _("取消")
        LATE = "late", _("遅延登録")
        MERGED = "merged", _("名寄せ")
        DEFINITION = "definition", _("定義変更")
        ERROR = "error", _("誤り")

    code = models.CharField(max_length=24, help_text="in its address: 2026-10, fy2025, fy2025-r1")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    fiscal_year = models.PositiveSmallIntegerField()
    as_of = models.DateField(help_text="the last day whose events it counts")
    watermark = models.DateTimeField(help_text="what was recorded later is not in it")
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True, default="")
    note = models.TextField(blank=True, default="", help_text="what a reader is told")
    revises = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="revisions"
    )
    definitions = models.JSONField(help_text="indicator → version of its definition")
    lines = models.PositiveIntegerField(help_text="how many figures it holds")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the canonical form")
    public_digest = models.CharField(max_length=64, help_text="the same of what is public of it")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(db_default=Now())
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    public_from = models.DateTimeField(null=True, help_text="the end of the embargo")
    status = models.CharField(
        max_length=12, choices=states.RELEASE.choices, default=states.MADE, verbose_name=_("状態")
    )

    class Meta:
        verbose_name = _("公表")
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=~Q(status=states.DROPPED), name="release_code_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="revised", revises__isnull=False) & ~Q(reason="")
                | ~Q(kind="revised") & Q(revises=None, reason=""),
                name="release_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status=states.APPROVED)
                | Q(approved_at__isnull=False, public_from__isnull=False),
                name="release_approved",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("made_by")),
                name="release_two_people",
            ),
        ]
        indexes = [models.Index(fields=["status", "public_from"], name="release_public")]

    def __str__(self) -> str:
        return self.code


def _array() -> ArrayField:
    return ArrayField(models.DecimalField(max_digits=20, decimal_places=4, null=True))


class Figures(models.Model):
    """What one indicator came to in one period, ward by ward; None where nothing was counted."""

    pk = models.CompositePrimaryKey("release_id", "indicator", "period")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="figures")
    indicator = models.CharField(max_length=24)
    period = models.DateField(help_text="first day of the year, fiscal year, month or wave")
    numerators = _array()
    denominators = ArrayField(
        models.DecimalField(max_digits=20, decimal_places=4, null=True),
        null=True,
        help_text="null of a count",
    )
    ns = ArrayField(models.IntegerField(null=True), help_text="what each rests on")

    class Meta:
        verbose_name = _("公表した数値")

    def __str__(self) -> str:
        return f"{self.indicator} {self.period}"


class PublicFigures(models.Model):
    """What the public reads of it: the 23 wards and, as the 24th, all together. Secrets are not here."""

    pk = models.CompositePrimaryKey("release_id", "indicator", "period")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="public_figures")
    indicator = models.CharField(max_length=24)
    period = models.DateField()
    numerators = _array()
    denominators = ArrayField(
        models.DecimalField(max_digits=20, decimal_places=4, null=True), null=True
    )
    ns = ArrayField(models.IntegerField(null=True))
    hidden = ArrayField(models.BooleanField(), help_text="untold: few firms, or beside few")

    class Meta:
        verbose_name = _("公開した数値")

    def __str__(self) -> str:
        return f"{self.indicator} {self.period}"


class TargetVersion(models.Model):
    """目標値 as somebody set it; the newest holds, the older ones stay."""

    indicator = models.CharField(max_length=10)
    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField()
    value = models.PositiveIntegerField()
    path = ArrayField(
        models.PositiveIntegerField(),
        default=list,
        help_text="totals due at the end of June, September and December; empty: evenly",
    )
    basis = models.CharField(_("根拠"), max_length=200)
    reason = models.CharField(_("変更の理由"), max_length=400)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    set_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("目標値の版")
        indexes = [
            models.Index(fields=["fiscal_year", "indicator", "ward", "-id"], name="target_newest")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(path__len__in=[0, 3]), name="target_path_of_quarters"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.ward_id} {self.fiscal_year}: {self.value}"


class Baseline(models.Model):
    """基準値 of an indicator with its source; a benchmark is somebody else's figure, never ours."""

    class Kind(models.TextChoices):
        OWN = "own", _("この事業の基準値")
        BENCHMARK = "benchmark", _("参考にする外部の数値")

    indicator = models.CharField(max_length=10)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.DecimalField(max_digits=14, decimal_places=2)
    period = models.CharField(_("時点"), max_length=60)
    source = models.CharField(_("出典"), max_length=300)
    reason = models.CharField(_("変更の理由"), max_length=400)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    set_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("基準値")
        indexes = [models.Index(fields=["indicator", "kind", "-id"], name="baseline_newest")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.kind}: {self.value}"
