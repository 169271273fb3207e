"""Links of pages, as they were when somebody last looked."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PageLink(models.Model):
    """A link of a live page. `manage.py check_links` writes them anew.

    Links inside the site are followed each time. Other sites are asked only where the command is
    told to, from a machine that may; `checked_at` is when that was, None for never.
    """

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+")
    url = models.CharField(_("アドレス"), max_length=1000)
    is_outside = models.BooleanField(_("ほかのサイト"))
    status = models.PositiveSmallIntegerField(_("応答"), null=True)
    error = models.CharField(max_length=200, blank=True)
    checked_at = models.DateTimeField(_("確かめた日時"), null=True)

    class Meta:
        verbose_name = _("ページのリンク")
        ordering = ["is_outside", "page__path", "url"]
        constraints = [models.UniqueConstraint(fields=["page", "url"], name="page_link_once")]

    def __str__(self) -> str:
        return self.url

    @property
    def is_broken(self) -> bool:
        """Whether it was followed and led nowhere."""
        return self.checked_at is not None and (self.status is None or self.status >= 400)
