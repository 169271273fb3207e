"""What the ward starts by itself while a project runs: 遂行状況報告の求め and 現地調査."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from subsidies.grants import states
from subsidies.models import Grant


class ProgressRequest(models.Model):
    """遂行状況報告の求め: what the ward wants to know by when; `filing` is the firm's answer."""

    grant = models.ForeignKey(
        "subsidies.Grant", on_delete=models.PROTECT, related_name="progress_requests"
    )
    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, related_name="+")
    firm = models.ForeignKey(
        "programs.Firm", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    status = models.CharField(
        _("状態"),
        max_length=12,
        default=states.OPEN_REQUEST,
        choices=states.REQUEST.choices,
    )
    question = models.TextField(_("報告してほしいこと"))
    due_on = models.DateField(_("報告の期日"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    requested_at = models.DateTimeField(db_default=Now())
    filing = models.ForeignKey(
        "grants.Filing", on_delete=models.PROTECT, null=True, related_name="answers"
    )

    class Meta:
        verbose_name = _("遂行状況報告の求め")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["grant"],
                condition=Q(status=states.OPEN_REQUEST),
                name="progress_request_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.due_on}"


def open_request(grant: Grant) -> ProgressRequest | None:
    """The request that waits for its answer; one whose answer was dropped waits again."""
    waiting = Q(status=states.OPEN_REQUEST) | Q(
        status=states.ANSWERED, filing__status=states.DROPPED
    )
    return ProgressRequest.objects.filter(waiting, grant=grant).order_by("-id").first()


class SiteVisit(models.Model):
    """現地調査: planned, then what was found, and what the firm is told to do until when.

    The firm reads day, purpose and instruction; `findings` and the photos are the ward's.
    """

    grant = models.ForeignKey("subsidies.Grant", on_delete=models.PROTECT, related_name="visits")
    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, related_name="+")
    firm = models.ForeignKey(
        "programs.Firm", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    status = models.CharField(
        _("状態"),
        max_length=12,
        default=states.PLANNED,
        choices=states.VISIT.choices,
    )
    planned_on = models.DateField(_("調査の日"))
    visitors = models.CharField(_("調査する人"), max_length=200)
    purpose = models.TextField(_("調査の内容"))
    visited_on = models.DateField(_("調査した日"), null=True)
    findings = models.TextField(_("調査の結果"), blank=True)
    instruction = models.TextField(_("指示する事項"), blank=True)
    follow_up_on = models.DateField(_("対応の期日"), null=True)
    outcome = models.TextField(_("対応の結果"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("現地調査")
        ordering = ["planned_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(instruction="") | Q(follow_up_on__isnull=False),
                name="visit_instruction_is_dated",
            )
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.planned_on}"


class VisitPhoto(models.Model):
    """A photo of a site visit."""

    visit = models.ForeignKey(SiteVisit, on_delete=models.PROTECT, related_name="photos")
    stored_file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("現地調査の写真")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.stored_file_id}"
