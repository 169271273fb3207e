"""A firm's request, and the engagement that comes of it."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from advisors import codes, states
from programs.models.keys import person_key, ward_key


def _firm() -> models.ForeignKey:
    return models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")


class SupportRequest(models.Model):
    """派遣の依頼: what troubles the firm, what it wants, when it has time.

    `question` is the ward's last one, `answer` what came back, `reason` why it was declined.
    `diagnosis` is the one it began with, `barriers` (A-1 … D-1) what that named.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ward = ward_key()
    firm = _firm()
    firm_name = models.CharField(_("企業名"), max_length=200)
    status = models.CharField(
        _("状態"), max_length=12, default=states.SENT, choices=states.REQUEST.choices
    )
    trouble = models.TextField(_("困っていること"))
    wish = models.TextField(_("どうなりたいか"))
    times = models.CharField(_("訪問を受けられる曜日と時間"), max_length=200)
    fields = models.JSONField(_("分野"), default=list)
    languages = models.JSONField(_("言語"), default=list)
    vendors = models.JSONField(_("検討している製品・業者"), default=list)
    diagnosis = models.ForeignKey(
        "diagnosis.Diagnosis",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    barriers = models.JSONField(_("阻害要因"), default=list)
    by_office = models.BooleanField(_("区が代わりに入力"), default=False)
    sent_by = person_key(db_index=False)
    sent_at = models.DateTimeField(_("依頼した日時"), db_default=Now())
    question = models.TextField(_("区からの質問"), blank=True)
    answer = models.TextField(_("質問への答え"), blank=True)
    reason = models.TextField(_("断る理由"), blank=True)

    class Meta:
        verbose_name = _("派遣の依頼")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["ward", "status", "sent_at"], name="support_request_queue"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "ward"],
                condition=Q(status__in=[states.SENT, states.ASKED, states.TAKEN]),
                name="support_request_one_open",
                violation_error_message=_("この区への依頼は、すでに届いています。"),
            )
        ]

    def __str__(self) -> str:
        return self.firm_name

    @property
    def field_words(self) -> str:
        return codes.words(codes.FIELDS, self.fields)

    @property
    def barrier_words(self) -> str:
        return codes.words(codes.BARRIERS, self.barriers)

    @property
    def language_words(self) -> str:
        return codes.words(codes.LANGUAGES, self.languages)


class Engagement(models.Model):
    """伴走支援 of one firm, six months unless extended. `status` is its phase.

    Name, address, telephone and size of the firm are copies: advisors have no access to firms.
    `team` is the team in words; `goals` what is to be reached and how it is measured.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.OneToOneField(SupportRequest, on_delete=models.PROTECT, related_name="+")
    ward = ward_key()
    firm = _firm()
    firm_name = models.CharField(_("企業名"), max_length=200)
    address = models.CharField(_("訪問先"), max_length=200)
    phone = models.CharField(_("電話番号"), max_length=20, blank=True)
    size = models.CharField(_("規模"), max_length=1, blank=True)
    status = models.CharField(
        _("段階"), max_length=12, default=states.GRASP, choices=states.ENGAGEMENT.choices
    )
    team = models.CharField(_("チーム"), max_length=200)
    starts_on = models.DateField(_("開始日"))
    ends_on = models.DateField(_("終了日"))
    goals = models.TextField(_("支援の目標"), blank=True)
    result = models.TextField(_("できたこと"), blank=True)
    figures = models.TextField(_("数字で見た効果"), blank=True)
    left_over = models.TextField(_("残った課題と次の一歩"), blank=True)
    reported_at = models.DateTimeField(_("報告した日時"), null=True)
    closed_on = models.DateField(_("終えた日"), null=True)
    close_reason = models.TextField(_("途中で終えた理由"), blank=True)

    class Meta:
        verbose_name = _("伴走支援")
        ordering = ["-starts_on", "-id"]
        indexes = [
            models.Index(fields=["ward", "status", "ends_on"], name="engagement_board"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="engagement_period"
            ),
            models.UniqueConstraint(
                fields=["firm", "ward"],
                condition=~Q(status__in=[states.FINISHED, states.ENDED]),
                name="engagement_one_running",
            ),
        ]

    def __str__(self) -> str:
        return self.firm_name


class TeamMember(models.Model):
    """An advisor in one place of the team, from one day to another (`until` None: still).

    `reasons` is what the rule said of them when they were chosen, `override` why an official chose
    otherwise.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="members")
    ward = ward_key()
    firm = _firm()
    advisor = models.ForeignKey("advisors.Advisor", on_delete=models.PROTECT, related_name="+")
    user = person_key()
    side = models.CharField(_("役割"), max_length=8, choices=list(codes.SIDES.items()))
    since = models.DateField(_("担当の開始日"))
    until = models.DateField(_("担当の終了日"), null=True)
    chosen_by = person_key(db_index=False)
    reasons = models.JSONField(default=dict)
    override = models.TextField(_("提案と違う人を選んだ理由"), blank=True)

    class Meta:
        verbose_name = _("チームの一員")
        ordering = ["side", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "side"], condition=Q(until=None), name="team_place_once"
            ),
            models.UniqueConstraint(
                fields=["engagement", "user"], condition=Q(until=None), name="team_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.engagement_id} {self.side}"


class EngagementChange(models.Model):
    """延長・相談員の交代: proposed by one official, approved by another, because it costs money."""

    class Kind(models.TextChoices):
        EXTEND = "extend", _("期間の延長")
        REPLACE = "replace", _("相談員の交代")

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="changes")
    ward = ward_key()
    firm = _firm()
    kind = models.CharField(_("変更の種類"), max_length=8, choices=Kind)
    status = models.CharField(
        _("状態"), max_length=12, default=states.PROPOSED, choices=states.CHANGE.choices
    )
    ends_on = models.DateField(_("新しい終了日"), null=True)
    side = models.CharField(_("役割"), max_length=8, blank=True)
    advisor = models.ForeignKey(
        "advisors.Advisor", on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.TextField(_("理由"))
    proposed_by = person_key(db_index=False)
    proposed_at = models.DateTimeField(db_default=Now())
    decided_by = person_key(null=True, db_index=False)
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(_("差戻しの理由"), blank=True)

    class Meta:
        verbose_name = _("支援の変更")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement"],
                condition=Q(status=states.PROPOSED),
                name="engagement_change_one_open",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="engagement_change_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.engagement_id} {self.kind}"
