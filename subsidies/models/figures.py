"""Figures that looked like a slip of the unit and were confirmed (桁の確認)."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class FigureConfirmation(models.Model):
    """Somebody of the firm has said that this very figure is right. Append-only.

    `anchor` is the figure's place in the form, `before` what it was compared with (円, 人, 時間),
    `source` where that stood, `why` a code of `subsidies.rules.figures`.
    """

    application = models.ForeignKey(
        "subsidies.Application", on_delete=models.CASCADE, related_name="confirmations"
    )
    anchor = models.CharField(max_length=80)
    label = models.CharField(_("項目"), max_length=200)
    value = models.BigIntegerField(_("確認した数字"))
    before = models.BigIntegerField(_("比べた数字"), null=True)
    source = models.CharField(_("比べた資料"), max_length=200, blank=True)
    why = models.CharField(max_length=12)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    confirmed_by_name = models.CharField(_("確認した人"), max_length=150)
    confirmed_at = models.DateTimeField(_("確認した日時"), db_default=Now())

    class Meta:
        verbose_name = _("数字の確認")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "anchor", "value"], name="figure_confirmed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.anchor} {self.value}"
