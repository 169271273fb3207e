"""事務事業評価シート: one of a ward, fiscal year and package (支援策), in versions."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kpi.policy import states
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key

LONGEST = 1000


def _text(name: str | Promise) -> models.TextField:
    return models.TextField(name, blank=True, max_length=LONGEST)


class Sheet(models.Model):
    """A version of the sheet. Its figures are live while it is written, and stand in `figures` from the day
    (`as_of`) on which it was handed over: what was read is what is confirmed.

    `figures`: {"lines": [{code, planned, actual, percent, year}], "costs": [{key, budget, decided, paid,
    count, each}]}, money in 円, None where nothing is on record. `revision` counts saves, for stale tabs.
    `answer` is the last reason for giving it back.
    """

    class Package(models.IntegerChoices):
        PEOPLE = 1, _("支援策① 人と経営者")
        GRANTS = 2, _("支援策② 補助金")
        LAB = 3, _("支援策③ ラボと仲間まわし")

    class Rating(models.TextChoices):
        HIGH = "high", _("高い")
        MIDDLE = "middle", _("普通")
        LOW = "low", _("低い")

    class Direction(models.TextChoices):
        EXPAND = "expand", _("拡充")
        CONTINUE = "continue", _("継続")
        REVIEW = "review", _("見直し")
        ABOLISH = "abolish", pgettext_lazy("evaluation", "廃止")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ward = ward_key()
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    package = models.PositiveSmallIntegerField(_("支援策"), choices=Package)
    number = models.PositiveSmallIntegerField(_("版"), default=1)
    status = models.CharField(
        _("状態"), max_length=9, default=states.DRAFT, choices=states.SHEET.choices
    )
    purpose = _text(_("目的"))
    target = _text(pgettext_lazy("evaluation", "対象"))
    means = _text(_("手段"))
    need = models.CharField(_("必要性"), max_length=6, blank=True, choices=Rating)
    need_why = _text(_("必要性の理由"))
    effect = models.CharField(_("有効性"), max_length=6, blank=True, choices=Rating)
    effect_why = _text(_("有効性の理由"))
    efficiency = models.CharField(_("効率性"), max_length=6, blank=True, choices=Rating)
    efficiency_why = _text(_("効率性の理由"))
    issues = _text(pgettext_lazy("evaluation", "課題"))
    direction = models.CharField(_("今後の方向"), max_length=8, blank=True, choices=Direction)
    direction_why = _text(_("今後の方向の理由と内容"))
    figures = models.JSONField(_("実績と費用"), default=dict)
    as_of = models.DateField(_("実績の時点"), null=True)
    revision = models.PositiveIntegerField(default=0)
    answer = models.TextField(_("書き直しの理由"), blank=True)
    written_by = person_key(db_index=False)
    written_at = models.DateTimeField(_("書いた日時"), db_default=Now())
    confirmed_by = person_key(null=True, db_index=False)
    confirmed_at = models.DateTimeField(_("確定した日時"), null=True)

    class Meta:
        verbose_name = _("事務事業評価シート")
        ordering = ["-fiscal_year", "ward_id", "package", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "fiscal_year", "package", "number"],
                name="policy_sheet_version_once",
            ),
            models.UniqueConstraint(
                fields=["ward", "fiscal_year", "package"],
                condition=Q(status__in=states.UNFINISHED),
                name="policy_sheet_one_is_written",
            ),
            models.UniqueConstraint(
                fields=["ward", "fiscal_year", "package"],
                condition=Q(status=states.CONFIRMED),
                name="policy_sheet_one_is_valid",
            ),
            models.CheckConstraint(condition=Q(package__in=[1, 2, 3]), name="policy_sheet_package"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("written_by")),
                name="policy_sheet_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[states.CONFIRMED, states.REPLACED])
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, as_of__isnull=False),
                name="policy_sheet_confirmed_has_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ward_id} {self.fiscal_year} {self.package}-{self.number}"

    @property
    def state(self) -> State:
        return states.SHEET.state(self.status)

    @property
    def is_frozen(self) -> bool:
        """Whether its figures are those of a day, not of now."""
        return self.status != states.DRAFT
