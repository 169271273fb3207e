"""Schemes (補助制度) and calls (公募) as data."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.ui.markup import localized


class Scheme(models.Model):
    """A subsidy of one ward, e.g. 墨田区「はじめの一歩」. Its rules live in its versions.

    `kept_by_ward`: officials have published rules or a name of their own. The data that comes with
    the portal does not touch such a scheme any more.
    """

    class Stage(models.IntegerChoices):
        VISIBILITY = 1, _("ステージ1 見える化・効率化")
        PROCESS = 2, _("ステージ2 工程改善")
        NEW_VALUE = 3, _("ステージ3 新価値創造")

    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, related_name="schemes")
    code = models.CharField(_("略号"), max_length=20)
    name = models.CharField(_("制度名"), max_length=120)
    name_en = models.CharField(_("制度名（英語）"), max_length=120, blank=True)
    summary = models.CharField(_("ひとことで"), max_length=200)
    stage = models.PositiveSmallIntegerField(_("ステージ"), choices=Stage)
    source = models.CharField(_("出典"), max_length=300)
    kept_by_ward = models.BooleanField(_("区が改めた制度"), db_default=False)

    class Meta:
        verbose_name = _("補助制度")
        constraints = [models.UniqueConstraint(fields=["ward", "code"], name="scheme_code_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        """The name in the language of the page."""
        return localized(self.name, self.name_en)


class SchemeVersion(models.Model):
    """The rules of a scheme from a day on (要綱の版). Immutable once published.

    `rules` is the JSON form of `subsidies.rules.scheme.SchemeRules`.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版"))
    rules = models.JSONField(_("規則"))
    published_at = models.DateTimeField(_("公開日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("制度の版")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="scheme_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.scheme} v{self.number}"


class Call(models.Model):
    """A call (公募): a scheme's rules for one fiscal year with dates and a budget (円).

    The rule «accept while t < closes_at» uses PostgreSQL's statement_timestamp().
    `committed_yen` is always 決定 + 確定 + 支払: a grant's money stands in one of these columns and
    moves on with it. They are written only by `services.budget`, together with `BudgetEntry` rows.
    申請中 is what open applications ask for; it is summed when it is shown. `reserved_yen` of a
    first-come call is kept for graduates, of whose grants `graduate_yen` is the sum.
    """

    class Mode(models.TextChoices):
        FIRST_COME = "first_come", _("先着順")
        ROUND = "round", _("期間内に募集し審査")

    version = models.ForeignKey(SchemeVersion, on_delete=models.PROTECT, related_name="calls")
    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, related_name="calls")
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    round = models.PositiveSmallIntegerField(_("回"), default=1)
    mode = models.CharField(_("受付方法"), max_length=12, choices=Mode)
    opens_at = models.DateTimeField(_("受付開始"))
    closes_at = models.DateTimeField(_("受付終了"))
    project_ends_on = models.DateField(_("事業の期限"))
    budget_yen = models.PositiveBigIntegerField(_("予算額（円）"))
    reserved_yen = models.PositiveBigIntegerField(_("うち修了者の枠（円）"), db_default=0)
    graduate_yen = models.PositiveBigIntegerField(_("うち修了者への決定（円）"), db_default=0)
    committed_yen = models.PositiveBigIntegerField(_("交付決定済額（円）"), default=0)
    decided_yen = models.PositiveBigIntegerField(_("決定（円）"), db_default=0)
    final_yen = models.PositiveBigIntegerField(_("確定（円）"), db_default=0)
    paid_yen = models.PositiveBigIntegerField(_("支払（円）"), db_default=0)
    contact = models.CharField(_("問合せ先"), max_length=200)
    budget_line = models.CharField(_("予算科目"), max_length=120, blank=True, db_default="")

    class Meta:
        verbose_name = _("公募")
        constraints = [
            models.UniqueConstraint(fields=["version", "fiscal_year", "round"], name="call_once"),
            models.CheckConstraint(
                condition=Q(committed_yen__lte=F("budget_yen")),
                name="call_within_budget",
                violation_error_message=_("予算額を超えるため交付を決定できません。"),
            ),
            models.CheckConstraint(
                condition=Q(committed_yen=F("decided_yen") + F("final_yen") + F("paid_yen")),
                name="call_columns_add_up",
            ),
            models.CheckConstraint(
                condition=Q(reserved_yen__lte=F("budget_yen"))
                & Q(graduate_yen__lte=F("committed_yen")),
                name="call_reserve_within",
                violation_error_message=_("修了者の枠が予算額を超えています。"),
            ),
            models.CheckConstraint(
                condition=Q(
                    committed_yen__lte=F("budget_yen") - F("reserved_yen") + F("graduate_yen")
                ),
                name="call_reserve_kept",
                violation_error_message=_("修了者の枠は、ほかの申請には使えません。"),
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="call_closes_after_opening"
            ),
        ]
        indexes = [models.Index(fields=["ward", "fiscal_year"], name="call_ward_year")]

    def __str__(self) -> str:
        return f"{self.version.scheme} {self.fiscal_year}-{self.round}"

    def is_over(self, on: dt.date) -> bool:
        """Whether the last day of its projects (事業の期限) has passed: nobody new can do one."""
        return on > self.project_ends_on

    @property
    def left_yen(self) -> int:
        """The part of the budget that no decision has taken yet (円)."""
        return self.budget_yen - self.committed_yen

    @property
    def is_used_up(self) -> bool:
        """A first-come call with less left than its smallest grant: whoever applies now waits."""
        rules = self.version.rules
        smallest = max(rules.get("floor_yen", 0), rules.get("round_unit_yen", 1000))
        return self.mode == self.Mode.FIRST_COME and self.left_yen < smallest
