"""What the wards offer: measures and calls with live figures, events, forms, questions, policies."""

import datetime as dt
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.search import index

from portal.cms.blocks import body_blocks, faq_blocks
from portal.cms.fields import BodyField
from portal.cms.models.base import SitePage
from portal.ui.markup import in_japanese, localized


class MeasurePage(SitePage):
    """支援策: what it is, told by editors; rate, cap, dates and budget come from the scheme itself.

    `scheme_code` (DX1 …) names the subsidy. In a ward's branch it is that ward's; outside of all
    branches the page shows the open calls of all wards.
    """

    class Kind(models.TextChoices):
        SUBSIDY = "subsidy", _("補助金")
        COURSE = "course", _("講座")
        SUPPORT = "support", _("専門家の伴走")
        LAB = "lab", _("DXラボ")
        NAKAMA = "nakama", _("仲間づくり")
        CHECK = "check", _("診断")

    kind = models.CharField(_("種類"), max_length=12, choices=Kind)
    scheme_code = models.CharField(
        _("補助制度の略号"), max_length=20, blank=True, help_text=_("例：DX1")
    )
    summary = models.TextField(_("ひとことで"), max_length=300)
    summary_en = models.TextField(_("ひとことで（英語）"), max_length=400, blank=True)
    body = BodyField(body_blocks(), verbose_name=_("本文"), blank=True)
    body_en = BodyField(body_blocks(), verbose_name=_("本文（英語）"), blank=True)

    content_panels = [
        *SitePage.content_panels,
        MultiFieldPanel([FieldPanel("kind"), FieldPanel("scheme_code")], _("どの支援策か")),
        FieldPanel("summary"),
        FieldPanel("summary_en"),
        FieldPanel("easy"),
        FieldPanel("body"),
        FieldPanel("body_en"),
    ]
    search_fields = [
        *SitePage.search_fields,
        index.SearchField("summary"),
        index.SearchField("summary_en"),
        index.SearchField("body"),
        index.SearchField("body_en"),
        index.FilterField("kind"),
    ]
    parent_page_types = ["cms.CommonHome", "cms.WardHome"]
    subpage_types: list[str] = []
    fragment = "cms/measure_page.html"

    class Meta:
        verbose_name = _("支援策")

    @property
    def display_summary(self) -> str:
        """The sentence in the language of the page."""
        return localized(self.summary, self.summary_en)

    @property
    def display_body(self) -> Any:
        """The pieces in the language of the page, Japanese ones where there are no others."""
        return self.body if in_japanese() or not self.body_en else self.body_en

    @property
    def only_japanese(self) -> bool:
        """Whether a reader in another language gets the Japanese text."""
        return not in_japanese() and bool(self.body) and not self.body_en

    def facts(self, now: dt.datetime) -> dict[str, Any]:
        from portal.cms.selectors import measures

        return measures.of_page(self, now)


class CallNotice(SitePage):
    """募集のお知らせ: what an editor says about one call; its figures are the call's own."""

    call = models.ForeignKey(
        "subsidies.Call", on_delete=models.PROTECT, related_name="+", verbose_name=_("公募")
    )
    summary = models.TextField(_("ひとことで"), max_length=300, blank=True)
    summary_en = models.TextField(_("ひとことで（英語）"), max_length=400, blank=True)
    body = BodyField(body_blocks(), verbose_name=_("本文"), blank=True)
    body_en = BodyField(body_blocks(), verbose_name=_("本文（英語）"), blank=True)

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("call"),
        FieldPanel("summary"),
        FieldPanel("summary_en"),
        FieldPanel("easy"),
        FieldPanel("body"),
        FieldPanel("body_en"),
    ]
    search_fields = [
        *SitePage.search_fields,
        index.SearchField("body"),
        index.SearchField("body_en"),
    ]
    parent_page_types = ["cms.WardHome"]
    subpage_types: list[str] = []
    fragment = "cms/call_notice.html"

    class Meta:
        verbose_name = _("募集のお知らせ")

    @property
    def display_summary(self) -> str:
        """The sentence in the language of the page."""
        return localized(self.summary, self.summary_en)

    @property
    def display_body(self) -> Any:
        """The pieces in the language of the page, Japanese ones where there are no others."""
        return self.body if in_japanese() or not self.body_en else self.body_en

    @property
    def only_japanese(self) -> bool:
        """Whether a reader in another language gets the Japanese text."""
        return not in_japanese() and bool(self.body) and not self.body_en

    def facts(self, now: dt.datetime) -> dict[str, Any]:
        from portal.cms.selectors import measures

        return measures.of_call(self.call_id, now)


class EventList(SitePage):
    """講座と催し: what the courses and the labs have announced, of the branch's ward or of all."""

    class Kinds(models.TextChoices):
        DOJO = "dojo", _("講座")
        LAB = "lab", _("ラボの催し")
        BOTH = "both", _("講座とラボの催し")

    kinds = models.CharField(_("載せるもの"), max_length=8, choices=Kinds, default=Kinds.BOTH)
    summary = models.TextField(_("ひとことで"), max_length=300, blank=True)

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("kinds"),
        FieldPanel("summary"),
        FieldPanel("easy"),
    ]
    parent_page_types = ["cms.CommonHome", "cms.WardHome"]
    subpage_types: list[str] = []
    fragment = "cms/event_list.html"

    class Meta:
        verbose_name = _("講座と催し")

    def facts(self, now: dt.datetime) -> dict[str, Any]:
        from portal.cms.selectors import events

        return events.of_page(self, now)


class FaqPage(SitePage):
    """よくある質問."""

    summary = models.TextField(_("ひとことで"), max_length=300)
    items = BodyField(faq_blocks(), verbose_name=_("質問と答え"))

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("summary"),
        FieldPanel("easy"),
        FieldPanel("items"),
    ]
    search_fields = [
        *SitePage.search_fields,
        index.SearchField("summary"),
        index.SearchField("items"),
    ]
    parent_page_types = ["cms.CommonHome", "cms.WardHome"]
    subpage_types: list[str] = []
    fragment = "cms/faq_page.html"

    class Meta:
        verbose_name = _("よくある質問")


class FormsPage(SitePage):
    """様式と資料."""

    summary = models.TextField(_("ひとことで"), max_length=300)
    summary_en = models.TextField(_("ひとことで（英語）"), max_length=400, blank=True)
    body = BodyField(body_blocks(), verbose_name=_("本文"), blank=True)

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("summary"),
        FieldPanel("summary_en"),
        FieldPanel("easy"),
        FieldPanel("body"),
    ]
    search_fields = [*SitePage.search_fields, index.SearchField("body")]
    parent_page_types = ["cms.CommonHome", "cms.WardHome"]
    subpage_types: list[str] = []
    fragment = "cms/forms_page.html"

    class Meta:
        verbose_name = _("様式と資料")

    @property
    def display_summary(self) -> str:
        """The sentence in the language of the page."""
        return localized(self.summary, self.summary_en)

    def facts(self, now: dt.datetime) -> dict[str, Any]:
        from portal.cms.selectors import measures

        return {"templates": measures.handed_out(self)}


class PolicyPage(SitePage):
    """方針: accessibility with its test results, the site's own rules."""

    summary = models.TextField(_("ひとことで"), max_length=300)
    body = BodyField(body_blocks(), verbose_name=_("本文"))

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("summary"),
        FieldPanel("easy"),
        FieldPanel("body"),
    ]
    search_fields = [*SitePage.search_fields, index.SearchField("body")]
    parent_page_types = ["cms.CommonHome", "cms.WardHome"]
    subpage_types: list[str] = []
    fragment = "cms/policy_page.html"

    class Meta:
        verbose_name = _("方針")
