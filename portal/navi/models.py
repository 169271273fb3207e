"""Results of 支援ナビ that firms kept: what was answered, and what was found that day."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models.keys import person_key


class NaviResult(models.Model):
    """A result as a firm keeps it; append-only.

    `answers` as in rules.answering.stored; `told` (question → answer) and `texts` (question of the form →
    text) are what an application may begin with; `found` is the list in the words of that day.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ward = models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    firm = models.ForeignKey(
        "programs.Firm", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    person = person_key(db_index=False)
    person_name = models.CharField(_("答えた人"), max_length=100)
    answers = models.JSONField(_("答え"))
    told = models.JSONField(_("要件への答え"), default=dict)
    texts = models.JSONField(_("申請書に写す文"), default=dict)
    found = models.JSONField(_("結果"))
    made_at = models.DateTimeField(_("調べた日時"), db_default=Now())

    class Meta:
        verbose_name = _("支援ナビの結果")
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["firm", "-made_at"], name="navi_of_firm")]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.made_at:%Y-%m-%d}"
