"""Introduced tools, their weekly figures, and the reviews after 3, 6 and 12 months."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from advisors import codes as advisors_codes
from advisors.adoption import codes, states
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key


def _firm() -> models.ForeignKey:
    return models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")


class Tool(models.Model):
    """導入したツール of a firm in an engagement. `people` is how many should use it today.

    `leader` and `key_users` are names or roles (003: 経営者 → DX推進担当 → キーユーザー). What follows
    `revision` is told by the weeks (services.summary) and kept so that lists need not read them.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    engagement = models.ForeignKey(
        "advisors.Engagement", on_delete=models.PROTECT, related_name="+"
    )
    ward = ward_key()
    firm = _firm()
    firm_name = models.CharField(_("企業名"), max_length=200)
    name = models.CharField(_("ツールの名前"), max_length=80)
    vendor = models.CharField(_("提供する会社"), max_length=80, blank=True)
    work = models.CharField(_("対象の業務"), max_length=200)
    status = models.CharField(
        _("状態"),
        max_length=8,
        default=states.USING,
        choices=[(state.code, state.label) for state in states.TOOL.states],
    )
    started_on = models.DateField(_("利用開始日"))
    people = models.PositiveSmallIntegerField(_("使うはずの人数"))
    leader = models.CharField(_("推進の担当"), max_length=60, blank=True)
    key_users = models.JSONField(_("キーユーザー"), default=list)
    owner_joins = models.BooleanField(_("経営者が月に1回、利用の状況を確かめる"), default=False)
    prepared = models.JSONField(_("導入の前にしたこと"), default=list)
    stopped_on = models.DateField(_("利用をやめた日"), null=True)
    stop_reason = models.TextField(_("利用をやめた理由"), blank=True)
    added_by = person_key(db_index=False)
    added_at = models.DateTimeField(db_default=Now())
    revision = models.PositiveIntegerField(default=1)
    last_week = models.DateField(_("最後に記録した週"), null=True)
    use_percent = models.PositiveSmallIntegerField(_("直近4週の利用率（%）"), null=True)
    light = models.CharField(_("信号"), max_length=6, blank=True)
    is_judged = models.BooleanField(default=False)
    patterns = models.JSONField(_("失敗パターン"), default=list)

    class Meta:
        verbose_name = _("導入したツール")
        ordering = ["started_on", "id"]
        indexes = [
            models.Index(fields=["ward", "status", "light"], name="tool_board"),
            models.Index(fields=["ward", "started_on"], name="tool_by_year"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "name"],
                name="tool_once",
                violation_error_message=_("この企業には、同じ名前のツールがもうあります。"),
            ),
            models.CheckConstraint(condition=Q(people__gte=1), name="tool_has_people"),
            models.CheckConstraint(
                condition=Q(status=states.USING, stopped_on=None)
                | Q(status=states.STOPPED, stopped_on__gte=F("started_on")),
                name="tool_stopped_has_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.firm_name} {self.name}"

    @property
    def state(self) -> State:
        return states.TOOL.state(self.status)

    @property
    def pattern_words(self) -> str:
        return advisors_codes.words(codes.PATTERNS, self.patterns)

    @property
    def at_target(self) -> bool:
        """70 % three months after the start or later (003). Whoever gave up is not."""
        return (
            self.is_judged
            and self.status == states.USING
            and self.use_percent is not None
            and self.use_percent >= codes.TARGET_PERCENT
        )


class WeekFigures(models.Model):
    """One week's figures. `week` is its Monday; `people` how many should have used it then."""

    class Source(models.TextChoices):
        TYPED = "typed", _("画面から")
        TABLE = "table", _("表から")

    tool = models.ForeignKey(Tool, on_delete=models.PROTECT, related_name="weeks")
    ward = ward_key()
    firm = _firm()
    week = models.DateField(_("週"))
    people = models.PositiveSmallIntegerField(_("使うはずの人数"))
    logged_in = models.PositiveSmallIntegerField(_("ログインした人数"))
    entered = models.PositiveIntegerField(_("入力した件数"), null=True)
    expected = models.PositiveIntegerField(_("入力するはずだった件数"), null=True)
    errors = models.PositiveIntegerField(_("エラーの件数"), null=True)
    source = models.CharField(max_length=5, choices=Source, default=Source.TYPED)
    recorded_by = person_key(db_index=False)
    recorded_at = models.DateTimeField(_("記録した日時"), db_default=Now())

    class Meta:
        verbose_name = _("週の数字")
        ordering = ["week"]
        constraints = [
            models.UniqueConstraint(fields=["tool", "week"], name="week_once"),
            models.CheckConstraint(condition=Q(week__iso_week_day=1), name="week_is_a_monday"),
            models.CheckConstraint(
                condition=Q(people__gte=1, logged_in__lte=F("people")), name="week_people"
            ),
            models.CheckConstraint(
                condition=Q(entered=None, expected=None)
                | Q(entered__isnull=False, expected__isnull=False, entered__lte=F("expected")),
                name="week_entries",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tool_id} {self.week}"


class Review(models.Model):
    """振り返り after 3, 6 or 12 months (003 継続的改善サイクル). `use_percent` is that of its day."""

    tool = models.ForeignKey(Tool, on_delete=models.PROTECT, related_name="reviews")
    ward = ward_key()
    firm = _firm()
    months = models.PositiveSmallIntegerField(_("何か月目の振り返りか"))
    held_on = models.DateField(_("振り返りをした日"))
    owner_joined = models.BooleanField(_("経営者が出席した"), default=False)
    voices = models.TextField(_("現場の声"))
    issues = models.TextField(_("課題"), blank=True)
    decisions = models.TextField(_("決めたこと"))
    next_on = models.DateField(_("次に確かめる日"), null=True)
    use_percent = models.PositiveSmallIntegerField(null=True)
    recorded_by = person_key(db_index=False)
    recorded_at = models.DateTimeField(_("記録した日時"), db_default=Now())

    class Meta:
        verbose_name = _("振り返り")
        ordering = ["months"]
        constraints = [
            models.UniqueConstraint(fields=["tool", "months"], name="review_once"),
            models.CheckConstraint(
                condition=Q(months__in=list(codes.REVIEW_MONTHS)), name="review_months"
            ),
            models.CheckConstraint(
                condition=Q(next_on=None) | Q(next_on__gt=F("held_on")), name="review_next_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tool_id} {self.months}"
