"""Worksheets of firms, what was handed in, what was said of it, and which advisor may read them."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dojo.worksheets import states
from dojo.worksheets.sheets import KINDS
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key


class Worksheet(models.Model):
    """ワークシート of a firm, begun by `person`; with an `enrolment` it belongs to a cohort.

    `content` holds what was typed, as it was typed: {step: {field: text}} or {step: [row, …]}.
    `confidential` lists the figures (`step.field`) that are kept out of group work. `revision` counts
    saves, for stale tabs. Names are repeated: lecturers and advisors do not see the firm's row.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ward = ward_key()
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    person = person_key(db_index=False)
    enrolment = models.ForeignKey(
        "dojo.Enrolment", on_delete=models.PROTECT, null=True, related_name="worksheets"
    )
    firm_name = models.CharField(_("企業"), max_length=200)
    person_name = models.CharField(_("書いた人"), max_length=100)
    kind = models.CharField(_("種類"), max_length=12, choices=KINDS)
    title = models.CharField(_("題"), max_length=80, blank=True)
    status = models.CharField(
        _("状態"),
        max_length=9,
        default=states.DRAFT,
        choices=states.WORKSHEET.choices,
    )
    content = models.JSONField(_("内容"), default=dict)
    confidential = models.JSONField(_("グループワークで見せない数字"), default=list)
    revision = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(_("作成日時"), db_default=Now())
    changed_at = models.DateTimeField(_("最後の保存"), db_default=Now())

    class Meta:
        verbose_name = _("ワークシート")
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=states.WITH_COURSE) | Q(enrolment__isnull=False),
                name="worksheet_handed_in_to_course",
                violation_error_message=_("提出するワークシートには、講座の期が必要です。"),
            ),
        ]
        indexes = [
            models.Index(fields=["firm", "-changed_at"], name="worksheet_of_firm"),
            models.Index(fields=["enrolment", "kind"], name="worksheet_of_course"),
        ]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.kind}"

    @property
    def state(self) -> State:
        return states.WORKSHEET.state(self.status)

    @property
    def name(self) -> str:
        """投資の計算（生産管理クラウド）."""
        kind = str(self.get_kind_display())
        return (
            _("%(kind)s（%(title)s）") % {"kind": kind, "title": self.title} if self.title else kind
        )


class WorksheetVersion(models.Model):
    """What was handed in, as it was then. Append-only."""

    worksheet = models.ForeignKey(Worksheet, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版"))
    content = models.JSONField(_("内容"))
    confidential = models.JSONField(default=list)
    handed_in_by = person_key(db_index=False)
    handed_in_at = models.DateTimeField(_("提出日時"), db_default=Now())

    class Meta:
        verbose_name = _("提出した版")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["worksheet", "number"], name="worksheet_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.worksheet_id} v{self.number}"


class Remark(models.Model):
    """A lecturer's or advisor's word on a sheet, or on one of its steps; a mark has a grade. Append-only.

    `version` is the one that was read, None where the sheet had not been handed in.
    """

    class Grade(models.TextChoices):
        A = "a", _("A そのまま進められる")
        B = "b", _("B 少し直せば進められる")
        C = "c", _("C もう一度考える")

    worksheet = models.ForeignKey(Worksheet, on_delete=models.PROTECT, related_name="remarks")
    version = models.ForeignKey(
        WorksheetVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )
    author = person_key(db_index=False)
    author_name = models.CharField(_("書いた人"), max_length=100)
    step = models.CharField(_("箇所"), max_length=20, blank=True)
    grade = models.CharField(_("講評"), max_length=1, choices=Grade, blank=True)
    body = models.TextField(_("コメント"))
    written_at = models.DateTimeField(_("日時"), db_default=Now())

    class Meta:
        verbose_name = _("コメント")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(body=""), name="remark_says_something")]

    def __str__(self) -> str:
        return f"{self.worksheet_id} {self.step}"


class AdvisorConsent(models.Model):
    """A firm lets one advisor read its worksheets until it ends that.

    `consent` is the sentence agreed to as it was read; without `with_figures` the kept figures stay
    hidden. `last_read_at` is the advisor's last look: the firm sees it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ward = ward_key()
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    advisor = person_key()
    advisor_name = models.CharField(_("相談員"), max_length=100)
    with_figures = models.BooleanField(_("見せない数字も見せる"), default=False)
    consent = models.TextField(_("同意の内容"))
    given_by = person_key(db_index=False)
    given_at = models.DateTimeField(_("同意した日時"), db_default=Now())
    last_read_at = models.DateTimeField(_("最後に読まれた日時"), null=True)
    ended_at = models.DateTimeField(_("取り消した日時"), null=True)

    class Meta:
        verbose_name = _("相談員への同意")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "advisor"],
                condition=Q(ended_at=None),
                name="advisor_consent_once",
                violation_error_message=_("この相談員には、すでに見せています。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.advisor_id}"
