"""PBL projects, joint research and internships: the problem, the answers, the agreement, the result.

What every institution reads (`Project`) names the firm only where it wants to be named
(`shown_name`); contact and details stand apart (`ProjectSide`) and are seen by the institution the
firm has chosen, where a 秘密保持契約 is asked for not before it is signed (`nda_on`).
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.consortium import states
from lab.consortium.codes import Kind, Outcome, ProjectKind, Season
from lab.consortium.models.members import Member
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key


def firm_key() -> models.ForeignKey:
    """The firm whose row it is."""
    return models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")


def file_key() -> models.ForeignKey:
    """A paper, if there is one."""
    return models.ForeignKey(
        "kernel.StoredFile", on_delete=models.PROTECT, related_name="+", null=True
    )


class Project(models.Model):
    """A problem of a firm on its way to a result. `ward` is where the firm works.

    `member` is the institution chosen. `counted_on` is the day of the agreement where it counts for
    3-OP3; `ends_on` may be put off without counting anew.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ward = ward_key()
    firm = firm_key()
    kind = models.CharField(_("種類"), max_length=10, choices=ProjectKind)
    title = models.CharField(_("課題の題名"), max_length=80)
    problem = models.TextField(_("困っていること"))
    season = models.CharField(_("希望する時期"), max_length=6, choices=Season)
    students = models.PositiveSmallIntegerField(_("受け入れられる学生の人数"), default=0)
    shown_name = models.CharField(_("募集に出す企業名"), max_length=200, blank=True)
    needs_nda = models.BooleanField(_("秘密保持契約が必要"), default=False)
    part_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="internships", null=True
    )
    open_until = models.DateField(_("募集の期限"))
    status = models.CharField(
        _("状態"), max_length=9, default=states.OFFERED, choices=states.PROJECT.choices
    )
    offered_at = models.DateTimeField(db_default=Now())
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", null=True)
    nda_on = models.DateField(_("秘密保持契約の日"), null=True)
    agreed_on = models.DateField(_("合意日"), null=True)
    ends_on = models.DateField(_("終了予定日"), null=True)
    others = models.CharField(_("ほかの参加企業"), max_length=200, blank=True)
    agreement = file_key()
    counted_on = models.DateField(null=True)
    institution_kind = models.CharField(max_length=10, choices=Kind, blank=True)
    report = models.TextField(_("結果の報告"), blank=True)
    report_file = file_key()
    took_part = models.PositiveSmallIntegerField(_("参加した学生の人数"), null=True)
    outcome = models.CharField(_("結果をどう使ったか"), max_length=8, choices=Outcome, blank=True)
    outcome_note = models.TextField(_("使った結果"), blank=True)
    reason = models.TextField(_("理由"), blank=True)

    class Meta:
        verbose_name = _("産学連携プロジェクト")
        ordering = ["-offered_at", "-id"]
        indexes = [
            models.Index(fields=["status", "open_until"], name="consortium_project_board"),
            models.Index(fields=["ward", "status"], name="consortium_project_ward"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=states.SIGNED)
                | Q(agreed_on__isnull=False, agreement__isnull=False, member__isnull=False),
                name="consortium_project_signed",
            ),
            models.CheckConstraint(
                condition=Q(counted_on=None) | ~Q(kind=ProjectKind.INTERNSHIP),
                name="consortium_internship_never_counts",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("agreed_on")),
                name="consortium_project_period",
            ),
            models.CheckConstraint(
                condition=Q(part_of=None) | Q(kind=ProjectKind.INTERNSHIP),
                name="consortium_project_part_of",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> State:
        return states.PROJECT.state(self.status)


class ProjectSide(models.Model):
    """Who stands behind the problem, and what only the chosen institution may read."""

    project = models.OneToOneField(Project, on_delete=models.PROTECT, related_name="side")
    ward = ward_key()
    firm = firm_key()
    firm_name = models.CharField(_("企業名"), max_length=200)
    contact_name = models.CharField(_("担当者"), max_length=60)
    contact_phone = models.CharField(_("電話番号"), max_length=20)
    detail = models.TextField(_("詳しい事情"), blank=True)
    offered_by = person_key(db_index=False)

    def __str__(self) -> str:
        return f"{self.firm_name} {self.project}"


class ProjectAnswer(models.Model):
    """An institution would take it on. `ward` and `firm` are the problem's."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="answers")
    ward = ward_key()
    firm = firm_key()
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    message = models.TextField(_("どう取り組むか"))
    students = models.PositiveSmallIntegerField(_("参加できる学生の人数"))
    season = models.CharField(_("取り組める時期"), max_length=6, choices=Season)
    contact_name = models.CharField(_("担当の先生・職員"), max_length=60)
    contact_phone = models.CharField(_("電話番号"), max_length=20)
    answered_at = models.DateTimeField(db_default=Now())
    answered_by = person_key(db_index=False)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("課題への回答")
        ordering = ["answered_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "member"],
                condition=Q(withdrawn_at=None),
                name="consortium_answer_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} → {self.project}"
