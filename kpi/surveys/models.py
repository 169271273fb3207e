"""Waves of the ward survey (実態調査の回): frame, firms that are asked, mails, drafts and answers."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kpi.surveys import states
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key


class Wave(models.Model):
    """One wave, of one or several wards. Its first day is the period of 1-KSI.

    `ward` runs it for itself; None: policy staff run it for the wards of its places.
    `share` % of every stratum are asked, at least `fewest`; 100 means all. `seed` makes the draw
    repeatable. Dates are Tokyo's, both included.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ward = models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    name = models.CharField(_("調査の名称"), max_length=60)
    questionnaire = models.ForeignKey(
        "diagnosis.Questionnaire", on_delete=models.PROTECT, related_name="+"
    )
    starts_on = models.DateField(_("始める日"))
    ends_on = models.DateField(_("締切"))
    share = models.PositiveSmallIntegerField(_("対象にする割合（%）"), default=100)
    fewest = models.PositiveSmallIntegerField(_("層ごとの最低数"), default=5)
    seed = models.PositiveIntegerField(_("抽出の種"), default=1)
    status = models.CharField(
        _("状態"), max_length=9, default=states.PLANNED, choices=states.WAVE.choices
    )
    planned_by = person_key(db_index=False)
    planned_at = models.DateTimeField(_("計画した日時"), db_default=Now())
    opened_at = models.DateTimeField(_("始めた日時"), null=True)
    closed_at = models.DateTimeField(_("締め切った日時"), null=True)

    class Meta:
        verbose_name = _("実態調査の回")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="wave_ends_later",
                violation_error_message=_("締切は、始める日より後にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(share__gte=1, share__lte=100),
                name="wave_share",
                violation_error_message=_("割合は1から100までにしてください。"),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[states.OPEN, states.CLOSED]) | Q(opened_at__isnull=False),
                name="wave_open_has_day",
            ),
            models.CheckConstraint(
                condition=Q(status=states.CLOSED, closed_at__isnull=False)
                | ~Q(status=states.CLOSED) & Q(closed_at=None),
                name="wave_closed_has_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.starts_on}"

    @property
    def state(self) -> State:
        return states.WAVE.state(self.status)


class Place(models.Model):
    """対象の区 of a wave."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="places", db_index=False)
    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("実態調査の対象の区")
        constraints = [models.UniqueConstraint(fields=["wave", "ward"], name="wave_place_once")]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.ward_id}"


class Stratum(models.Model):
    """層 of the frame as it stood when the wave began: firms on the register, and asked of them."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="strata", db_index=False)
    ward = ward_key()
    size = models.CharField(_("規模"), max_length=1, blank=True)
    jsic = models.CharField(_("業種"), max_length=2)
    population = models.PositiveIntegerField(_("企業数"))
    sampled = models.PositiveIntegerField(_("対象にした数"))

    class Meta:
        verbose_name = _("実態調査の層")
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "ward", "size", "jsic"], name="wave_stratum_once"
            ),
            models.CheckConstraint(
                condition=Q(sampled__lte=F("population")), name="wave_stratum_part"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ward_id} {self.size} {self.jsic}"


class Asked(models.Model):
    """対象企業 of a wave, with size and industry of the frame.

    Of the secret of its link only the digest is kept. `is_linked`: the firm lets its ward read the answers
    beside its card; it follows the last answer. `reminders` counts those that were queued.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="asked", db_index=False)
    ward = ward_key()
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    firm_name = models.CharField(_("企業"), max_length=200)
    digest = models.CharField(max_length=64, unique=True)
    size = models.CharField(_("規模"), max_length=1, blank=True)
    jsic = models.CharField(_("業種"), max_length=2)
    status = models.CharField(
        _("状態"), max_length=8, default=states.WAITING, choices=states.ASKED.choices
    )
    reason = models.CharField(_("対象外にした理由"), max_length=200, blank=True)
    is_linked = models.BooleanField(_("企業カードと結び付ける"), default=False)
    reminders = models.PositiveSmallIntegerField(_("催促の回数"), default=0)
    answered_at = models.DateTimeField(_("回答日時"), null=True)

    class Meta:
        verbose_name = _("実態調査の対象企業")
        ordering = ["firm_name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "firm"], name="wave_asks_once"),
            models.CheckConstraint(
                condition=Q(status=states.ANSWERED) ^ Q(answered_at=None),
                name="wave_answered_has_day",
            ),
        ]
        indexes = [models.Index(fields=["ward", "wave", "status"], name="wave_asked_of_ward")]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.firm_id}"

    @property
    def state(self) -> State:
        return states.ASKED.state(self.status)


class Draft(models.Model):
    """What a firm has typed by its link and not sent yet. Nobody but the system reads it."""

    asked = models.OneToOneField(Asked, on_delete=models.PROTECT, related_name="draft")
    questionnaire = models.ForeignKey(
        "diagnosis.Questionnaire", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    answers = models.JSONField(_("答え"), default=dict)
    aside = models.JSONField(_("合わなくなった答え"), default=dict)
    revision = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(_("始めた日時"), db_default=Now())
    changed_at = models.DateTimeField(_("最後の保存"), db_default=Now())

    class Meta:
        verbose_name = _("実態調査の入力途中の答え")

    def __str__(self) -> str:
        return str(self.asked_id)


class Response(models.Model):
    """One answer of a firm, append-only; the last one of a firm and wave counts.

    `state` is the answer to the question of 1-KSI as the rule reads it, `barriers` those that were
    chosen. Entered by an official: who said it (or 調査票), on which day, and who typed it.
    """

    class Way(models.TextChoices):
        LINK = "link", _("メールのリンク")
        PAPER = "paper", _("郵送の調査票")
        PHONE = "phone", _("電話での聞き取り")
        VISIT = "visit", _("訪問での聞き取り")

    asked = models.ForeignKey(Asked, on_delete=models.PROTECT, related_name="responses")
    ward = ward_key()
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    questionnaire = models.ForeignKey(
        "diagnosis.Questionnaire", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    answers = models.JSONField(_("答え"))
    state = models.CharField(_("取り組み"), max_length=11)
    barriers = models.JSONField(_("阻害要因"), default=list)
    is_linked = models.BooleanField(_("企業カードと結び付ける"), default=False)
    consent = models.TextField(_("同意の文"), blank=True)
    is_late = models.BooleanField(_("締切後の回答"), default=False)
    way = models.CharField(_("回答の方法"), max_length=5, choices=Way)
    said_by = models.CharField(_("答えた人"), max_length=100, blank=True)
    said_on = models.DateField(_("回答の日"))
    written_by = person_key(null=True, db_index=False)
    written_at = models.DateTimeField(_("記録日時"), db_default=Now())

    class Meta:
        verbose_name = _("実態調査の回答")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["done", "considering", "none", "unknown"]),
                name="wave_response_state",
            ),
            models.CheckConstraint(
                condition=Q(way="link") | Q(written_by__isnull=False) & ~Q(said_by=""),
                name="wave_response_says_who",
                violation_error_message=_("答えた人と、回答の日を入力してください。"),
            ),
            models.CheckConstraint(
                condition=Q(is_linked=False) | ~Q(consent=""), name="wave_response_consent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_id} {self.state}"


class Mail(models.Model):
    """A mail that asks a firm: the first (`number` 0) or a reminder; all with the firm's one link.

    `not_before`: the firm's mail server asked to wait, `tries` times.
    """

    class Outcome(models.TextChoices):
        WAITING = "", _("送信待ち")
        SENT = "sent", _("送信済み")
        ANSWERED = "answered", _("送る前に回答・締切")
        UNWANTED = "unwanted", _("配信停止のため送らず")
        NOBODY = "nobody", _("アドレスなし")
        PAUSED = "paused", _("届かないアドレスのため送らず")
        REFUSED = "refused", _("宛先に届かず")
        STOPPED = "stopped", _("職員が送信を止めた")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asked = models.ForeignKey(Asked, on_delete=models.PROTECT, related_name="mails")
    number = models.PositiveSmallIntegerField()
    queued_at = models.DateTimeField(db_default=Now())
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default="")
    settled_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    not_before = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("実態調査のメール")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["asked", "number"], name="wave_mail_once"),
            models.CheckConstraint(
                condition=Q(outcome="", settled_at=None)
                | ~Q(outcome="") & Q(settled_at__isnull=False),
                name="wave_mail_settled_is_dated",
            ),
        ]
        indexes = [models.Index(fields=["id"], name="wave_mail_waiting", condition=Q(outcome=""))]

    def __str__(self) -> str:
        return f"{self.asked_id} {self.number}"


class NoMail(models.Model):
    """A firm that wants no mails of any wave. Letters and calls are not stopped by it."""

    firm = models.OneToOneField("programs.Firm", on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("実態調査のメールの停止")

    def __str__(self) -> str:
        return str(self.firm_id)
