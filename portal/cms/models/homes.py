"""The beginning of the site, and of each ward's branch."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable, Page

from portal.cms.models.base import SitePage
from portal.ui.markup import in_japanese, localized

HOME_SLUG = "home"


class CommonHome(SitePage):
    """The root of the site. What stands at `/` is drawn by portal.desk; here is what editors say."""

    lead = models.TextField(_("はじめの文"), max_length=300, blank=True)
    lead_en = models.TextField(_("はじめの文（英語）"), max_length=400, blank=True)

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("lead"),
        FieldPanel("lead_en"),
        FieldPanel("easy"),
        InlinePanel("featured", label=_("トップに出すページ"), max_num=6),
    ]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "cms.WardList", "cms.ArticleSeries", "cms.ArticlePage", "cms.CaseList", "cms.CaseStory", "cms.NewsIndex",
        "cms.FaqPage", "cms.FormsPage", "cms.PolicyPage", "cms.MeasurePage", "cms.EventList",
    ]  # fmt: skip
    max_count = 1
    fragment = "cms/common_home.html"

    class Meta:
        verbose_name = _("共通のトップ")

    @property
    def display_lead(self) -> str:
        """The sentence in the language of the page."""
        return localized(self.lead, self.lead_en)

    @property
    def only_japanese(self) -> bool:
        """What leads on is there in both languages."""
        return False

    def clean(self) -> None:
        """Refuses another address: all addresses of the site begin below this one."""
        super().clean()
        if self.slug != HOME_SLUG:
            raise ValidationError({"slug": _("トップのアドレスは変えられません。")})

    def facts(self, now: dt.datetime) -> dict[str, Any]:
        from portal.cms.selectors import homes

        return homes.of_site()


class Featured(Orderable):
    """A page that the common home points to."""

    home = ParentalKey(CommonHome, on_delete=models.CASCADE, related_name="featured")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")

    panels = [FieldPanel("page")]

    class Meta(Orderable.Meta):
        verbose_name = _("トップに出すページ")

    def __str__(self) -> str:
        return f"{self.page_id}"


class WardList(SitePage):
    """区から探す: all wards."""

    lead = models.TextField(_("はじめの文"), max_length=300, blank=True)
    lead_en = models.TextField(_("はじめの文（英語）"), max_length=400, blank=True)

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("lead"),
        FieldPanel("lead_en"),
        FieldPanel("easy"),
    ]
    parent_page_types = ["cms.CommonHome"]
    subpage_types = ["cms.WardHome"]
    max_count = 1
    fragment = "cms/ward_list.html"

    class Meta:
        verbose_name = _("区の一覧")

    @property
    def display_lead(self) -> str:
        """The sentence in the language of the page, "" for the portal's own."""
        return self.lead if in_japanese() else self.lead_en

    @property
    def only_japanese(self) -> bool:
        """What leads on is there in both languages."""
        return False

    def facts(self, now: dt.datetime) -> dict[str, Any]:
        from portal.cms.selectors import homes

        return {"homes": homes.of_all_wards(now)}


class WardHome(SitePage):
    """A ward's own beginning, and the root of what its editors may change."""

    ward = models.OneToOneField(
        "programs.Ward", on_delete=models.PROTECT, related_name="+", verbose_name=_("区")
    )
    lead = models.TextField(_("はじめの文"), max_length=400, blank=True)
    lead_en = models.TextField(_("はじめの文（英語）"), max_length=500, blank=True)
    contact = models.TextField(
        _("問合せ先"), max_length=300, blank=True, help_text=_("部署、電話、受付時間")
    )

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("lead"),
        FieldPanel("lead_en"),
        FieldPanel("easy"),
        FieldPanel("contact"),
    ]
    parent_page_types = ["cms.WardList"]
    subpage_types = [
        "cms.MeasurePage", "cms.CallNotice", "cms.NewsIndex", "cms.EventList", "cms.CaseStory",
        "cms.ArticlePage", "cms.ArticleSeries", "cms.FaqPage", "cms.FormsPage", "cms.PolicyPage",
    ]  # fmt: skip
    fragment = "cms/ward_home.html"

    class Meta:
        verbose_name = _("区のトップ")

    @property
    def display_lead(self) -> str:
        """The sentence in the language of the page."""
        return localized(self.lead, self.lead_en)

    @property
    def only_japanese(self) -> bool:
        """What leads on is there in both languages."""
        return False

    def facts(self, now: dt.datetime) -> dict[str, Any]:
        from portal.cms.selectors import homes

        return homes.of_ward(self, now)


class Branch(models.Model):
    """Where a ward's pages stand in the tree: `path` of its home. Asked by the row policies.

    A table of its own, because a policy of the pages' table cannot ask that very table.
    """

    ward = models.OneToOneField(
        "programs.Ward", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    path = models.CharField(max_length=255, unique=True)

    class Meta:
        verbose_name = _("区の枝")

    def __str__(self) -> str:
        return f"{self.ward_id} {self.path}"
