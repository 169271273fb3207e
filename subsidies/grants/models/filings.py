"""What a firm files after the decision: changes, delays, reports, claims (様式 of domain.md A2)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from subsidies.grants import states


class Filing(models.Model):
    """One filing (届出・申請・報告) of one kind (`subsidies.grants.kinds`).

    `content` is what was typed, complete or not; each submission freezes it as a `FilingVersion`.
    A returned filing is mended and submitted again under its number.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    grant = models.ForeignKey(
        "subsidies.Grant", on_delete=models.PROTECT, related_name="filings", db_index=False
    )
    ward = models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("手続"), max_length=24)
    number = models.PositiveSmallIntegerField(_("回"), help_text="counts within grant and kind")
    status = models.CharField(
        _("状態"),
        max_length=12,
        default=states.DRAFT,
        choices=states.FILING.choices,
    )
    content = models.JSONField(_("入力"), default=dict)
    revision = models.PositiveIntegerField(default=0, help_text="counts saves, for stale tabs")
    message = models.TextField(_("差戻しの理由"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(db_default=Now())
    submitted_at = models.DateTimeField(_("提出日時"), null=True)
    settled_at = models.DateTimeField(_("処理日時"), null=True)

    class Meta:
        verbose_name = _("手続")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["grant", "kind", "number"], name="filing_once"),
            models.UniqueConstraint(
                fields=["grant", "kind"],
                condition=Q(status__in=[states.DRAFT, states.SUBMITTED, states.RETURNED]),
                name="filing_open_once",
                violation_error_message=_(
                    "同じ手続の途中のものがあります。先にそちらを終えてください。"
                ),
            ),
            models.CheckConstraint(
                condition=Q(status__in=[states.DRAFT, states.DROPPED])
                | Q(submitted_at__isnull=False),
                name="filing_submitted_is_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["ward", "status", "submitted_at", "id"], name="filing_by_status")
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.kind} {self.number}"


class FilingVersion(models.Model):
    """What was submitted, frozen. UPDATE and DELETE are refused by trigger."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版"))
    payload = models.JSONField(_("提出内容"))
    sha256 = models.CharField(max_length=64)
    submitted_at = models.DateTimeField(_("提出日時"))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("提出版")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["filing", "number"], name="filing_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.filing_id} v{self.number}"


class FilingDocument(models.Model):
    """A file that belongs to a filing. `item` names the expense line or asset it proves, if any."""

    filing = models.ForeignKey(Filing, on_delete=models.CASCADE, related_name="documents")
    requirement = models.CharField(_("書類"), max_length=40)
    item = models.CharField(max_length=40, blank=True)
    stored_file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("添付書類")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.requirement}"
