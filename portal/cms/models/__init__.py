"""Pages of the public site and what keeps them in order."""

from portal.cms.models.approval import SecondPerson
from portal.cms.models.articles import ArticlePage, ArticleSeries, CaseList, CaseStory
from portal.cms.models.base import SitePage
from portal.cms.models.homes import Branch, CommonHome, Featured, WardHome, WardList
from portal.cms.models.links import PageLink
from portal.cms.models.measures import (
    CallNotice,
    EventList,
    FaqPage,
    FormsPage,
    MeasurePage,
    PolicyPage,
)
from portal.cms.models.news import NewsIndex, NewsPage

__all__ = [
    "ArticlePage",
    "ArticleSeries",
    "Branch",
    "CallNotice",
    "CaseList",
    "CaseStory",
    "CommonHome",
    "EventList",
    "FaqPage",
    "Featured",
    "FormsPage",
    "MeasurePage",
    "NewsIndex",
    "NewsPage",
    "PageLink",
    "PolicyPage",
    "SecondPerson",
    "SitePage",
    "WardHome",
    "WardList",
]
