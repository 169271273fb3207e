"""The beginnings: of the site and of each ward's branch."""

import datetime as dt
from collections import Counter
from typing import Any

from django.urls import reverse
from wagtail.models import Page

from portal.cms.models.articles import CaseStory
from portal.cms.models.homes import CommonHome, WardHome
from portal.cms.models.measures import EventList, MeasurePage
from portal.cms.models.news import NewsIndex, NewsPage
from portal.cms.selectors import events, measures, news, trails
from subsidies.selectors import open_calls

SHOWN_NEWS, SHOWN_EVENTS, SHOWN_STORIES = 4, 4, 3


def of_all_wards(now: dt.datetime) -> list[dict[str, Any]]:
    """Every ward with the number of its open calls; two queries."""
    counts = Counter(open_calls(now).values_list("ward_id", flat=True))
    rows = WardHome.objects.live().public().select_related("ward").order_by("ward_id")
    return [
        {
            "name": row.ward.display_name,
            "kana": row.ward.kana,
            "url": trails.address(row),
            "open": counts[row.ward_id],
        }
        for row in rows
    ]


def of_ward(home: WardHome, now: dt.datetime) -> dict[str, Any]:
    """What a ward's home shows."""
    ward_id = home.ward_id
    calls = measures.of_ward(ward_id, now)
    own = _measures(home)
    pages = {row.scheme_code: row for row in own if row.scheme_code}
    index = Page.objects.child_of(home).filter(slug="news").first()
    return {
        "ward": home.ward,
        "calls": [
            {"live": one, "url": _page_url(pages.get(one.call.version.scheme.code), one)}
            for one in calls
        ],
        "measures": [trails.linked(row) for row in own],
        "news": [news.listed(row) for row in news.below(home)[:SHOWN_NEWS]],
        "news_url": trails.address(index) if index else "",
        "cohorts": events.cohorts(now, ward_id)[:SHOWN_EVENTS],
        "events": events.events(now, ward_id, SHOWN_EVENTS),
        "stories": _stories(home),
        "pages": _other_pages(home),
        "figures": reverse("releases:public"),
        "contact": home.contact or _contact(home, calls),
        "all_calls": f"{reverse('subsidies:call_list')}?ward={ward_id}",
    }


def of_site() -> dict[str, Any]:
    """What editors show on the common home: their words, pages they chose, the newest news."""
    home = CommonHome.objects.live().first()
    if home is None:
        return {"home": None, "featured": [], "news": []}
    return {
        "home": home,
        "featured": [trails.linked(page) for page in _chosen(home)],
        "news": [news.listed(row) for row in _common_news(home)],
    }


def _chosen(home: CommonHome) -> list[Page]:
    """The chosen pages that a visitor may read, in the editors' order."""
    chosen = list(home.featured.values_list("page_id", flat=True))
    if not chosen:  # even without one, whether pages are restricted would be asked
        return []
    rows = Page.objects.filter(pk__in=chosen).live().public().specific(defer=False)
    return sorted(rows, key=lambda page: chosen.index(page.pk))


def _common_news(home: CommonHome) -> list[NewsPage]:
    """News of the portal itself, not of the wards."""
    index = Page.objects.child_of(home).filter(slug="news").first()
    return list(news.below(index)[:SHOWN_NEWS]) if index else []


def _stories(home: WardHome) -> list[dict[str, str]]:
    """The ward's own stories first, then those of others; one query."""
    rows = CaseStory.objects.live().public().defer("steps")
    found = sorted(rows, key=lambda row: (not row.path.startswith(home.path), -row.pk))
    return [trails.linked(row) for row in found[:SHOWN_STORIES]]


def _measures(home: WardHome) -> list[MeasurePage]:
    rows = MeasurePage.objects.child_of(home).live().public().order_by("path")
    return list(rows.defer("body"))


def _page_url(page: MeasurePage | None, one: measures.LiveCall) -> str:
    """The ward's own page of the measure, or the call itself."""
    return trails.address(page) if page else reverse("subsidies:call_detail", args=[one.call.pk])


def _other_pages(home: WardHome) -> list[dict[str, str]]:
    """What else stands in the branch: questions, forms, articles."""
    rows = Page.objects.child_of(home).live().public().order_by("path")
    kinds = (MeasurePage, CaseStory, NewsIndex, EventList)
    return [trails.linked(row) for row in rows.not_type(*kinds).specific(defer=False)]


def _contact(home: WardHome, calls: list[measures.LiveCall]) -> str:
    """Without words of the editors: where the ward's first call sends one, or its office."""
    return calls[0].call.contact if calls else f"{home.ward.name} {home.ward.office}"
