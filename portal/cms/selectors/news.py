"""News of the site and of each ward."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from portal.cms.models.news import NewsIndex, NewsPage
from portal.cms.selectors import trails

SHOWN = 60


def below(page: Any) -> QuerySet[NewsPage]:
    """Public news below a page, the newest first."""
    rows = NewsPage.objects.descendant_of(page).live().public()
    return rows.defer("body").order_by("-on", "-pk")


def of_index(index: NewsIndex) -> dict[str, Any]:
    """A list of news, and where one has them sent."""
    rows = list(below(index)[:SHOWN])
    slug = trails.place_of(index)
    return {
        "news": [listed(row) for row in rows],
        "feed": trails.feed_of(index),
        "subscribe": _subscribe(slug),
    }


def listed(row: NewsPage) -> dict[str, Any]:
    """One line of a list."""
    return {
        "title": row.title,
        "url": trails.address(row),
        "on": row.on,
        "category": row.get_category_display(),
        "summary": row.summary,
    }


def _subscribe(slug: str) -> str:
    return reverse("mailing:subscribe_ward", args=[slug]) if slug else reverse("mailing:subscribe")
