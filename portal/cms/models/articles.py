"""What is read: article series, articles, neighbours' stories."""

import datetime as dt
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.search import index

from portal.cms.blocks import body_blocks
from portal.cms.fields import BodyField
from portal.cms.models.base import SitePage


class ArticleSeries(SitePage):
    """連載: articles in their order."""

    summary = models.TextField(_("ひとことで"), max_length=300)

    content_panels = [*SitePage.content_panels, FieldPanel("summary"), FieldPanel("easy")]
    search_fields = [*SitePage.search_fields, index.SearchField("summary")]
    parent_page_types = ["cms.CommonHome", "cms.WardHome"]
    subpage_types = ["cms.ArticlePage"]
    fragment = "cms/article_series.html"

    class Meta:
        verbose_name = _("連載")

    def facts(self, now: dt.datetime) -> dict[str, Any]:
        rows = ArticlePage.objects.child_of(self).live().public().order_by("path")
        return {"articles": list(rows.defer("body"))}


class ArticlePage(SitePage):
    """記事."""

    summary = models.TextField(_("ひとことで"), max_length=300)
    body = BodyField(body_blocks(), verbose_name=_("本文"))
    updated_on = models.DateField(_("更新日"), null=True, blank=True)

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("summary"),
        FieldPanel("easy"),
        FieldPanel("body"),
        FieldPanel("updated_on"),
    ]
    search_fields = [
        *SitePage.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
    ]
    parent_page_types = ["cms.CommonHome", "cms.ArticleSeries", "cms.WardHome"]
    subpage_types: list[str] = []
    fragment = "cms/article_page.html"

    class Meta:
        verbose_name = _("記事")

    def facts(self, now: dt.datetime) -> dict[str, Any]:
        from portal.cms.selectors import trails

        return trails.neighbours(self)


class CaseList(SitePage):
    """事例集: neighbours' stories."""

    summary = models.TextField(_("ひとことで"), max_length=300, blank=True)

    content_panels = [*SitePage.content_panels, FieldPanel("summary"), FieldPanel("easy")]
    parent_page_types = ["cms.CommonHome"]
    subpage_types = ["cms.CaseStory"]
    fragment = "cms/case_list.html"

    class Meta:
        verbose_name = _("事例集")

    def facts(self, now: dt.datetime) -> dict[str, Any]:
        from portal.cms.selectors import trails

        rows = CaseStory.objects.live().public().order_by("path").defer("steps")
        return {"links": [trails.linked(row) | {"kind": row.place} for row in rows]}


class CaseStory(SitePage):
    """事例: the issue, the steps, what it cost and brought, what went wrong, who helped."""

    summary = models.TextField(_("ひとことで"), max_length=300)
    place = models.CharField(_("所在地"), max_length=60)
    industry = models.CharField(_("業種・取組み"), max_length=80)
    issue = models.TextField(_("困っていたこと"))
    steps = BodyField(body_blocks(), verbose_name=_("したこと"))
    cost = models.TextField(_("かかった費用と時間"), blank=True)
    effect = models.TextField(_("得られた効果"))
    went_wrong = models.TextField(_("うまくいかなかったこと"), blank=True)
    helped_by = models.TextField(_("助けた人・機関"), blank=True)
    source_title = models.CharField(_("出典"), max_length=300)
    source_url = models.URLField(_("出典のアドレス"), blank=True)

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("summary"),
        FieldPanel("easy"),
        MultiFieldPanel([FieldPanel("place"), FieldPanel("industry")], _("だれの話か")),
        FieldPanel("issue"),
        FieldPanel("steps"),
        FieldPanel("cost"),
        FieldPanel("effect"),
        FieldPanel("went_wrong"),
        FieldPanel("helped_by"),
        MultiFieldPanel([FieldPanel("source_title"), FieldPanel("source_url")], _("出典")),
    ]
    search_fields = [
        *SitePage.search_fields,
        index.SearchField("summary"),
        index.SearchField("place"),
        index.SearchField("industry"),
        index.SearchField("issue"),
        index.SearchField("steps"),
        index.SearchField("effect"),
    ]
    parent_page_types = ["cms.CaseList", "cms.CommonHome", "cms.WardHome"]
    subpage_types: list[str] = []
    fragment = "cms/case_story.html"

    class Meta:
        verbose_name = _("事例")
