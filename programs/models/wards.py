"""The wards."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Ward(models.Model):
    """A special ward of Tokyo (特別区); its rows come with a migration."""

    code = models.PositiveIntegerField(
        _("団体コード"), primary_key=True, help_text="JIS municipality code, 13101–13123"
    )
    name = models.CharField(_("区名"), max_length=20, unique=True)
    name_en = models.CharField(_("区名（英語）"), max_length=40)
    kana = models.CharField(_("フリガナ"), max_length=40)
    office = models.CharField(_("担当部署"), max_length=60)
    mayor_title = models.CharField(_("区長の肩書"), max_length=40)
    document_mark = models.CharField(
        _("文書記号"), max_length=12, unique=True, help_text="stands before the 文書番号"
    )

    class Meta:
        verbose_name = _("区")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__gte=13101, code__lte=13123), name="ward_code"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        """The name in the language of the page."""
        return self.name if (get_language() or "ja").startswith("ja") else self.name_en
