"""Surveys of graduates, what was answered, the mails that asked, and investments that firms report."""

import uuid
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dojo.followup import rules, states
from dojo.followup.questions import QUESTIONS, Choice, Question
from dojo.models import Course
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key

SAID = 100
_ANSWERS_ITS_QUESTION = reduce(
    or_,
    (
        Q(course_code=code.value, choice__in=[answer.value for answer in question.answers])
        for code, question in QUESTIONS.items()
    ),
)


class Survey(models.Model):
    """修了後の調査 of one graduate, `months` after the graduation.

    Of the Dojo it is the firm's, of the leader course the person's own: what leaders say of their firm
    is not for the rest of it. Answers are taken from `due_on` to `closes_on`, both included (Tokyo).
    `choice` is the answer that holds; every answer stands in `Reply`. `ward` is the graduation's; the
    cohort's ward asks and enters. Names are repeated: lecturers do not see the firm's row.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    graduation = models.ForeignKey(
        "dojo.Graduation", on_delete=models.PROTECT, related_name="surveys", db_index=False
    )
    cohort = models.ForeignKey("dojo.Cohort", on_delete=models.PROTECT, related_name="surveys")
    course_code = models.CharField(_("講座"), max_length=8, choices=Course.Code)
    ward = ward_key()
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    person = person_key(db_index=False)
    firm_name = models.CharField(_("企業"), max_length=200)
    person_name = models.CharField(_("修了者"), max_length=100)
    months = models.PositiveSmallIntegerField(_("修了からの月数"))
    due_on = models.DateField(_("調査の日"))
    closes_on = models.DateField(_("締切"))
    status = models.CharField(
        _("状態"),
        max_length=8,
        default=states.PLANNED,
        choices=states.SURVEY.choices,
    )
    choice = models.CharField(_("回答"), max_length=11, choices=Choice, blank=True)
    answered_at = models.DateTimeField(_("回答日時"), null=True)
    reminders = models.PositiveSmallIntegerField(_("督促の回数"), default=0)

    class Meta:
        verbose_name = _("修了後の調査")
        ordering = ["person_name", "graduation_id", "months"]
        constraints = [
            models.UniqueConstraint(fields=["graduation", "months"], name="survey_once"),
            models.CheckConstraint(
                condition=Q(closes_on__gte=models.F("due_on")), name="survey_closes_later"
            ),
            models.CheckConstraint(condition=Q(months__in=rules.MONTHS), name="survey_months"),
            models.CheckConstraint(
                condition=Q(reminders__lte=len(rules.REMIND_DAYS)), name="survey_reminders"
            ),
            models.CheckConstraint(
                condition=Q(status=states.ANSWERED, answered_at__isnull=False) & ~Q(choice="")
                | ~Q(status=states.ANSWERED) & Q(choice="", answered_at=None),
                name="survey_answered_says_what",
            ),
            models.CheckConstraint(
                condition=Q(choice="") | _ANSWERS_ITS_QUESTION, name="survey_answers_its_question"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "due_on", "id"], name="survey_by_day"),
            models.Index(fields=["ward", "status"], name="survey_of_ward"),
        ]

    def __str__(self) -> str:
        return f"{self.graduation_id} {self.months}"

    @property
    def question(self) -> Question:
        """What it asks."""
        return QUESTIONS[self.course_code]

    @property
    def state(self) -> State:
        return states.SURVEY.state(self.status)


class Reply(models.Model):
    """One answer, append-only. By telephone: who said it and on which day, and who wrote it down."""

    class Way(models.TextChoices):
        LINK = "link", _("メールのリンク")
        PORTAL = "portal", _("ポータル")
        PHONE = "phone", _("電話での聞き取り")

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="replies")
    choice = models.CharField(_("回答"), max_length=11, choices=Choice)
    way = models.CharField(_("回答の方法"), max_length=6, choices=Way)
    said_by = models.CharField(_("話した人"), max_length=SAID, blank=True)
    said_on = models.DateField(_("聞き取りの日"), null=True)
    note = models.CharField(_("聞き取りのメモ"), max_length=300, blank=True)
    written_by = person_key(null=True, db_index=False)
    written_at = models.DateTimeField(_("記録日時"), db_default=Now())

    class Meta:
        verbose_name = _("調査の回答")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(way="phone", said_on__isnull=False, written_by__isnull=False)
                & ~Q(said_by="")
                | ~Q(way="phone"),
                name="reply_by_phone_says_who",
                violation_error_message=_("話した人と、聞き取りの日を入力してください。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.choice}"


class SurveyMail(models.Model):
    """A mail that asks: the first (`number` 0) or a reminder. Of its link only the digest is kept.

    The link's secret is made anew from `public_id` when the mail is sent (`links.secret_of`), so that
    a mail sent twice after a crash carries the same link. `not_before`: the mail server asked to
    wait, `tries` times.
    """

    class Outcome(models.TextChoices):
        WAITING = "", _("送信待ち")
        SENT = "sent", _("送信済み")
        ANSWERED = "answered", _("送る前に回答あり")
        UNWANTED = "unwanted", _("配信停止のため送らず")
        GONE = "gone", _("利用を終えた方のため送らず")
        PAUSED = "paused", _("届かないアドレスのため送らず")
        REFUSED = "refused", _("宛先に届かず")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="mails")
    number = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64, unique=True)
    expires_on = models.DateField()
    queued_at = models.DateTimeField(db_default=Now())
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default="")
    settled_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    not_before = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("調査のメール")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="survey_mail_once"),
            models.CheckConstraint(
                condition=Q(outcome="", settled_at=None)
                | ~Q(outcome="") & Q(settled_at__isnull=False),
                name="survey_mail_settled_is_dated",
            ),
        ]
        indexes = [models.Index(fields=["id"], name="survey_mail_waiting", condition=Q(outcome=""))]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.number}"


class Investment(models.Model):
    """投資の報告 of a graduate's firm. `amount_yen` is 税抜; `invested_on` the day of order or contract.

    `funder` names the body whose grant it is. `revision` counts reports: an accepted one that was
    taken back and reported anew is another fact.
    """

    class Source(models.TextChoices):
        OWN = "own", _("自社の投資")
        GRANT = "grant", _("ほかの機関の補助金を受けた投資")

    class Kind(models.TextChoices):
        SOFTWARE = "software", _("ソフトウェア・クラウド")
        EQUIPMENT = "equipment", _("機械・装置・センサー")
        NETWORK = "network", _("端末・通信・セキュリティ")
        SERVICE = "service", _("導入支援・開発の委託")
        TRAINING = "training", _("研修・人材の育成")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    graduation = models.ForeignKey(
        "dojo.Graduation", on_delete=models.PROTECT, related_name="investments"
    )
    ward = ward_key()
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    firm_name = models.CharField(_("企業"), max_length=200)
    source = models.CharField(_("お金の出どころ"), max_length=5, choices=Source)
    funder = models.CharField(_("補助金を出した機関と制度の名称"), max_length=200, blank=True)
    kind = models.CharField(_("投資の種類"), max_length=9, choices=Kind)
    what = models.CharField(_("何に投資したか"), max_length=200)
    invested_on = models.DateField(_("発注・契約の日"))
    amount_yen = models.PositiveBigIntegerField(_("金額（税抜・円）"))
    evidence = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(
        _("状態"),
        max_length=9,
        default=states.REPORTED,
        choices=states.INVESTMENT.choices,
    )
    revision = models.PositiveSmallIntegerField(default=1)
    reported_by = person_key(db_index=False)
    reported_at = models.DateTimeField(_("報告日時"), db_default=Now())
    decided_by = person_key(null=True, db_index=False)
    decided_at = models.DateTimeField(_("確認日時"), null=True)
    reason = models.TextField(_("理由"), blank=True)

    class Meta:
        verbose_name = _("投資の報告")
        ordering = ["-reported_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_yen__gt=0),
                name="investment_of_something",
                violation_error_message=_("金額は1円以上にしてください。"),
            ),
            models.CheckConstraint(
                condition=~Q(source="grant") | ~Q(funder=""),
                name="investment_grant_has_funder",
                violation_error_message=_("補助金を出した機関と制度の名称を入力してください。"),
            ),
            models.CheckConstraint(
                condition=~Q(status=states.RETURNED) | ~Q(reason=""),
                name="investment_returned_with_reason",
                violation_error_message=_("理由を入力してください。"),
            ),
            models.UniqueConstraint(
                fields=["firm", "invested_on", "amount_yen", "what"],
                condition=~Q(status=states.WITHDRAWN),
                name="investment_once",
                violation_error_message=_("同じ投資が、すでに報告されています。"),
            ),
        ]
        indexes = [
            models.Index(fields=["ward", "status", "reported_at"], name="investment_of_ward")
        ]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.invested_on} {self.amount_yen}"

    @property
    def state(self) -> State:
        return states.INVESTMENT.state(self.status)
