"""Pages of the public site for tests."""

import datetime as dt
from typing import Any

from portal.cms.models import CommonHome, SitePage, WardHome

SUMIDA, OTA = 13107, 13111
BODY = [("heading", "はじめに"), ("paragraph", "<p>めっきの工程から始めました。</p>")]


def home() -> CommonHome:
    """The root of the site, as the migration makes it."""
    return CommonHome.objects.get()


def ward_home(ward_id: int = SUMIDA) -> WardHome:
    """A ward's branch, as the migration makes it."""
    return WardHome.objects.get(ward_id=ward_id)


def make_page(
    model: type, parent: SitePage, *, user: Any = None, live: bool = True, **fields: Any
) -> Any:
    """A page below `parent`, published by nobody in particular."""
    fields.setdefault("title", str(model._meta.verbose_name))
    fields.setdefault("slug", f"{model.__name__.lower()}-{parent.numchild + 1}")
    page = model(live=False, **fields)
    parent.add_child(instance=page)
    revision = page.save_revision(user=user)
    if live:
        revision.publish()
        page.refresh_from_db()
    return page


def make_news(parent: SitePage | None = None, **fields: Any) -> Any:
    """News of 墨田区."""
    from portal.cms.models import NewsIndex, NewsPage

    index = NewsIndex.objects.child_of(parent or ward_home()).get()
    given = {"title": "受付を始めました", "summary": "一次の受付です。", "on": dt.date(2026, 11, 2)}
    return make_page(NewsPage, index, **(given | {"body": BODY} | fields))
