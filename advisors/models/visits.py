"""Visits, what was agreed on them, and their photos."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from advisors import codes, states
from programs.models.keys import person_key, ward_key


def _firm() -> models.ForeignKey:
    return models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")


class Visit(models.Model):
    """訪問: planned, then recorded. Migration 0001 excludes overlaps of one advisor's records.

    `client_key` is the page's UUID: a record sent twice is one. `fee_table` holds on the day of the
    visit and is frozen at acceptance, for the claim.
    """

    class Way(models.TextChoices):
        ONSITE = "onsite", _("現地訪問")
        ONLINE = "online", _("オンライン")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_key = models.UUIDField(null=True, unique=True)
    engagement = models.ForeignKey(
        "advisors.Engagement", on_delete=models.PROTECT, related_name="visits"
    )
    ward = ward_key()
    firm = _firm()
    member = models.ForeignKey(
        "advisors.TeamMember", on_delete=models.PROTECT, related_name="visits"
    )
    advisor = person_key(db_index=False)
    # A copy of the member's: an advisor does not see their partner's row of the team.
    side = models.CharField(_("役割"), max_length=8, choices=list(codes.SIDES.items()))
    status = models.CharField(
        _("状態"),
        max_length=12,
        default=states.PLANNED,
        choices=states.VISIT.choices,
    )
    way = models.CharField(_("方法"), max_length=8, choices=Way, default=Way.ONSITE)
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    travel_minutes = models.PositiveSmallIntegerField(_("移動時間（分）"), default=0)
    travel_yen = models.PositiveIntegerField(_("交通費（円）"), default=0)
    note = models.TextField(_("訪問の記録"), blank=True)
    decisions = models.TextField(_("決めたこと"), blank=True)
    barriers = models.JSONField(_("阻害要因"), default=list)
    recorded_at = models.DateTimeField(_("記録が届いた日時"), null=True)
    confirmed_by = person_key(null=True, db_index=False)
    confirmed_at = models.DateTimeField(_("企業が確認した日時"), null=True)
    objection = models.TextField(_("異議・差戻しの理由"), blank=True)
    accepted_by = person_key(null=True, db_index=False)
    accepted_at = models.DateTimeField(_("区が受理した日時"), null=True)
    fee_table = models.ForeignKey(
        "advisors.FeeTable", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("訪問")
        ordering = ["-starts_at", "-id"]
        indexes = [
            models.Index(fields=["advisor", "starts_at"], name="visit_day"),
            models.Index(fields=["ward", "status", "starts_at"], name="visit_queue"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="visit_period"),
            models.CheckConstraint(
                condition=~Q(status=states.ACCEPTED)
                | Q(accepted_at__isnull=False, fee_table__isnull=False),
                name="visit_accepted_is_priced",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.engagement_id} {self.starts_at:%Y-%m-%d}"

    @property
    def minutes(self) -> int:
        """How long it was."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def barrier_words(self) -> str:
        return codes.words(codes.BARRIERS, self.barriers)


class NextAction(models.Model):
    """宿題: what one side does until a day, agreed on a visit."""

    class Side(models.TextChoices):
        FIRM = "firm", _("企業の側")
        ADVISOR = "advisor", _("相談員の側")

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="actions")
    engagement = models.ForeignKey(
        "advisors.Engagement", on_delete=models.PROTECT, related_name="actions"
    )
    ward = ward_key()
    firm = _firm()
    side = models.CharField(_("どちらの宿題か"), max_length=8, choices=Side)
    what = models.CharField(_("すること"), max_length=200)
    owner = models.CharField(_("する人"), max_length=60)
    due_on = models.DateField(_("期日"))
    done_on = models.DateField(_("済んだ日"), null=True)
    done_by = person_key(null=True, db_index=False)

    class Meta:
        verbose_name = _("次の約束")
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return self.what


class VisitPhoto(models.Model):
    """A photo of the visit. `client_key` as on the visit: a photo sent twice is one."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="photos")
    ward = ward_key()
    firm = _firm()
    client_key = models.UUIDField(unique=True)
    stored_file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("ファイル名"), max_length=200)
    # Whether there is a small image: an advisor does not see the row of the stored file.
    has_preview = models.BooleanField(default=False)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("訪問の写真")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
