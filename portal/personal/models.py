"""A copy of what is held of a person, and the request to have it deleted."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.kernel.transitions import State
from portal.personal import states

# So often a worker begins a copy; then the person is told, and may order it anew.
MOST_ATTEMPTS = 5


class DataCopy(models.Model):
    """個人情報の写し: ordered by the person, made by a worker, kept for a week."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="data_copies"
    )
    asked_at = models.DateTimeField(db_default=Now())
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    stored_file = models.ForeignKey(
        "kernel.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("個人情報の写し")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(made_at=None), name="data_copy_one_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.public_id}"

    @property
    def has_failed(self) -> bool:
        """Whether it could not be made and nobody tries any more."""
        return self.made_at is None and self.attempts >= MOST_ATTEMPTS


class DeletionRequest(models.Model):
    """削除の申出. `ward_id` decides; without one the system's administrators do. `kept` is what had to
    stay when it was decided: reason → rows.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deletion_requests"
    )
    ward_id = models.PositiveIntegerField(null=True)
    status = models.CharField(max_length=9, choices=states.DELETION.choices, default=states.ASKED)
    wish = models.TextField(_("申出の内容"), blank=True, max_length=1000)
    reason = models.TextField(_("理由"), blank=True, max_length=1000)
    kept = models.JSONField(default=dict)
    asked_at = models.DateTimeField(db_default=Now())
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("個人情報の削除の申出")
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(status__in=states.OPEN),
                name="deletion_request_one_open",
            )
        ]
        indexes = [models.Index(fields=["ward_id", "status"], name="deletion_by_ward")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.status}"

    @property
    def state(self) -> State:
        return states.DELETION.state(self.status)
