"""計算: a timetable, a joint purchase or the split of a joint order on its way through a worker."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models.keys import person_key, ward_key


class Run(models.Model):
    """One ordered calculation; where it stands follows from its times (see `phase`).

    `subject` is the key of what `kind` counts. `hat` is the key of the hat under which it was
    ordered; the worker wears it as it is then. Nobody's name: the system ordered it itself.
    """

    class Kind(models.TextChoices):
        FAIR_PLAN = "fair_plan", _("商談会の時間割")
        FAIR_REPLAN = "fair_replan", _("商談会の空き時間の埋め直し")
        PURCHASE_OFFER = "purchase_offer", _("共同購買の金額")
        PURCHASE_SETTLE = "purchase_settle", _("共同購買の決定")
        JOINT_SPLIT = "joint_split", _("共同受注の分担")

    class Phase(models.TextChoices):
        WORKING = "working", _("計算中")
        DONE = "done", _("計算済み")
        CANCELLED = "cancelled", _("中止")
        FAILED = "failed", _("結果なし")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("計算の種類"), max_length=15, choices=Kind)
    # fair, purchase or joint: one open calculation for each of them at a time.
    about = models.CharField(max_length=8)
    subject = models.PositiveBigIntegerField()
    ward = ward_key()
    firm = models.ForeignKey(
        "programs.Firm", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    ordered_by = person_key(db_index=False, null=True)
    hat = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(_("始めた日時"), db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0, help_text="how often a worker began")
    found = models.PositiveIntegerField(default=0, help_text="what came out, as a number")
    problem = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("計算")
        indexes = [models.Index(fields=["about", "subject", "-id"], name="run_of_subject")]
        constraints = [
            models.UniqueConstraint(
                fields=["about", "subject"],
                condition=Q(finished_at=None, cancelled_at=None, problem=""),
                name="run_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(cancelled_at=None, problem=""),
                name="run_one_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def phase(self) -> Phase:
        """Where it stands, from its times."""
        if self.cancelled_at:
            return self.Phase.CANCELLED
        if self.problem:
            return self.Phase.FAILED
        return self.Phase.DONE if self.finished_at else self.Phase.WORKING
