"""Questionnaires in versions, a firm's answers with their result, and who is let see which."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.kernel.transitions import State
from programs.diagnosis import states
from programs.models.keys import person_key, ward_key


class Audience(models.TextChoices):
    """Whom a firm lets see a result; each is agreed to, and ended, by itself."""

    ADVISOR = "advisor", _("伴走支援中の相談員")
    LECTURER = "lecturer", _("受講している講座の講師")
    WARD = "ward", _("区の担当者")


class Questionnaire(models.Model):
    """One version of an instrument (設問の版). Append-only; `saved_by` None: brought along by the portal."""

    instrument = models.SlugField(_("診断"), max_length=20)
    number = models.PositiveSmallIntegerField(_("版"))
    definition = models.JSONField(_("設問"))
    note = models.CharField(_("変えた理由"), max_length=200, blank=True)
    saved_by = person_key(null=True, db_index=False)
    saved_by_name = models.CharField(_("保存した人"), max_length=100, blank=True)
    saved_at = models.DateTimeField(_("保存日時"), db_default=Now())

    class Meta:
        verbose_name = _("診断の設問")
        ordering = ["instrument", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["instrument", "number"], name="questionnaire_once")
        ]

    def __str__(self) -> str:
        return f"{self.instrument} v{self.number}"


class Diagnosis(models.Model):
    """診断 of a firm: answers as they were typed ({question: code, codes or text}).

    `aside` keeps answers that no longer fit since the questions changed. `result` is what followed when it
    was finished, line by line (rules/scoring.py); `score` 0–100, where there is one. Size and industry are
    those of that day. `ticks` are the measures against risks that the firm has marked; `remind` is who wants
    to hear a year on that it is time again.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ward = ward_key()
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    firm_name = models.CharField(_("企業"), max_length=200)
    person = person_key(db_index=False)
    person_name = models.CharField(_("答えた人"), max_length=100)
    instrument = models.SlugField(_("診断"), max_length=20, db_index=False)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    status = models.CharField(
        _("状態"), max_length=5, default=states.DRAFT, choices=states.DIAGNOSIS.choices
    )
    answers = models.JSONField(_("答え"), default=dict)
    aside = models.JSONField(_("合わなくなった答え"), default=dict)
    result = models.JSONField(_("結果"), default=dict)
    score = models.PositiveSmallIntegerField(_("点"), null=True)
    size = models.CharField(_("規模"), max_length=1, blank=True)
    jsic = models.CharField(_("業種"), max_length=2, blank=True)
    ticks = models.JSONField(_("備え"), default=list)
    revision = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(_("始めた日時"), db_default=Now())
    changed_at = models.DateTimeField(_("最後の保存"), db_default=Now())
    finished_at = models.DateTimeField(_("診断した日時"), null=True)
    remind = person_key(null=True, db_index=False)

    class Meta:
        verbose_name = _("診断")
        ordering = ["-finished_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "instrument"],
                condition=Q(status=states.DRAFT),
                name="diagnosis_one_draft",
                violation_error_message=_("この診断は、入力の途中です。続きから再開してください。"),
            ),
            models.CheckConstraint(
                condition=Q(status=states.DRAFT) ^ Q(finished_at__isnull=False),
                name="diagnosis_done_has_day",
                violation_error_message=_("診断を終えた日時が必要です。"),
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__lte=100),
                name="diagnosis_score_of_100",
                violation_error_message=_("点は0から100までです。"),
            ),
        ]
        indexes = [
            models.Index(fields=["firm", "-finished_at"], name="diagnosis_of_firm"),
            models.Index(
                fields=["finished_at"],
                name="diagnosis_to_remind",
                condition=Q(remind__isnull=False),
            ),
            models.Index(
                fields=["instrument", "size", "jsic", "firm", "-finished_at"],
                name="diagnosis_peers",
                condition=Q(score__isnull=False),
                include=["score"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.instrument}"

    @property
    def state(self) -> State:
        return states.DIAGNOSIS.state(self.status)


class Consent(models.Model):
    """The firm lets one audience see one result, until it ends that. `text` is what was agreed to."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    diagnosis = models.ForeignKey(Diagnosis, on_delete=models.PROTECT, related_name="consents")
    ward = ward_key()
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    audience = models.CharField(_("見せる相手"), max_length=8, choices=Audience)
    text = models.TextField(_("同意の内容"))
    given_by = person_key(db_index=False)
    given_at = models.DateTimeField(_("同意した日時"), db_default=Now())
    last_read_at = models.DateTimeField(_("最後に読まれた日時"), null=True)
    ended_at = models.DateTimeField(_("取り消した日時"), null=True)

    class Meta:
        verbose_name = _("診断を見せる同意")
        ordering = ["audience", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["diagnosis", "audience", "ward"],
                condition=Q(ended_at=None),
                name="diagnosis_consent_once",
                violation_error_message=_("この相手には、すでに見せています。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.diagnosis_id} {self.audience}"
