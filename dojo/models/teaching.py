"""What lecturers and participants do around a session: materials, pre-work, feedback, questionnaire."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dojo.models.cohorts import Session
from dojo.models.enrolments import Enrolment
from programs.models.keys import person_key

GRADES = (1, 2, 3, 4, 5)


class Material(models.Model):
    """教材 of a session, for its participants and lecturers."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="materials")
    title = models.CharField(_("題"), max_length=100)
    stored_file = models.OneToOneField(
        "kernel.StoredFile", on_delete=models.PROTECT, related_name="+"
    )
    added_by = person_key(db_index=False)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("教材")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title


class SessionWork(models.Model):
    """事前の準備 and 講師からのコメント of one person in one session."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="works")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    prework_on = models.DateField(_("準備を終えた日"), null=True)
    feedback = models.TextField(_("講師からのコメント"), blank=True)
    feedback_by = person_key(null=True, db_index=False)
    feedback_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("回ごとの取組み")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "session"], name="session_work_once")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.session_id}"


def _grade(label: object) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        label, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )


class Answer(models.Model):
    """アンケート of one session (5 best). Lecturers and officials read results, never whose they are."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="answers")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="answers")
    clear = _grade(_("分かりやすさ"))
    useful = _grade(_("自社での役立ち"))
    pace = _grade(_("進め方"))
    comment = models.TextField(_("ひとこと"), blank=True)
    answered_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("アンケート")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "session"],
                name="answer_once",
                violation_error_message=_("この回のアンケートには、すでに答えています。"),
            ),
            models.CheckConstraint(
                condition=Q(clear__range=(1, 5), useful__range=(1, 5), pace__range=(1, 5)),
                name="answer_grades",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.clear}{self.useful}{self.pace}"
