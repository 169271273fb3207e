"""お知らせ: news of the portal and of each ward."""

import datetime as dt
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from portal.cms.blocks import body_blocks
from portal.cms.fields import BodyField
from portal.cms.mailing.categories import Category
from portal.cms.models.base import SitePage


class NewsIndex(SitePage):
    """The list of news of one place of the tree."""

    summary = models.TextField(_("ひとことで"), max_length=300, blank=True)

    content_panels = [*SitePage.content_panels, FieldPanel("summary"), FieldPanel("easy")]
    parent_page_types = ["cms.CommonHome", "cms.WardHome"]
    subpage_types = ["cms.NewsPage"]
    fragment = "cms/news_index.html"

    class Meta:
        verbose_name = _("お知らせの一覧")

    def facts(self, now: dt.datetime) -> dict[str, Any]:
        from portal.cms.selectors import news

        return news.of_index(self)


class NewsPage(SitePage):
    """One piece of news. `on` is the day it is dated, not the moment it went out."""

    category = models.CharField(_("分類"), max_length=12, choices=Category, default=Category.NOTICE)
    summary = models.TextField(_("ひとことで"), max_length=300)
    body = BodyField(body_blocks(), verbose_name=_("本文"), blank=True)
    on = models.DateField(_("日付"))

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("category"),
        FieldPanel("on"),
        FieldPanel("summary"),
        FieldPanel("easy"),
        FieldPanel("body"),
    ]
    search_fields = [
        *SitePage.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
        index.FilterField("category"),
        index.FilterField("on"),
    ]
    parent_page_types = ["cms.NewsIndex"]
    subpage_types: list[str] = []
    fragment = "cms/news_page.html"

    class Meta:
        verbose_name = _("お知らせ")

    def facts(self, now: dt.datetime) -> dict[str, Any]:
        from portal.cms.selectors import trails

        return trails.neighbours(self)
