"""What machines read of the public site: sitemap, robots, feeds; and its pictures."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.static import serve as serve_file
from wagtail.models import Page

from portal.cms.models.homes import CommonHome, WardHome
from portal.cms.selectors import news, trails
from portal.kernel import clock

FEED_LENGTH = 30
MINUTES = 10
PICTURES = "images"
# Screens for everybody that are no pages of the editors.
SCREENS = ("/", "/programs/", "/courses/", "/lab/events/", "/figures/", "/open-data/")


@login_not_required
@require_safe
@cache_control(public=True, max_age=MINUTES * 60)
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page with the day it last changed; one query for pages, one for restrictions."""
    rows = Page.objects.live().public().filter(url_path__startswith=trails.ROOT, depth__gte=3)
    entries = [
        {"url": trails.full_address(page), "on": page.last_published_at}
        for page in rows.order_by("path").only("url_path", "last_published_at", "path")
    ]
    screens = [{"url": f"{settings.SITE_URL}{path}", "on": None} for path in SCREENS]
    return render(
        request, "cms/sitemap.xml", {"entries": screens + entries}, content_type="application/xml"
    )


@login_not_required
@require_safe
@cache_control(public=True, max_age=MINUTES * 60)
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines read what is public, and are shown the list of it."""
    closed = ("/accounts/", "/apply/", "/cms/", "/my/", "/staff/", "/documents/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines.append(f"Sitemap: {settings.SITE_URL}/sitemap.xml")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
@cache_control(public=True, max_age=MINUTES * 60)
def feed(request: HttpRequest) -> HttpResponse:
    """News of the portal itself (those of wards have their own feeds)."""
    home = CommonHome.objects.live().first()
    index = Page.objects.child_of(home).filter(slug="news").first() if home else None
    return _rss(_("町工場DXポータル"), "/", index)


@login_not_required
@require_safe
@cache_control(public=True, max_age=MINUTES * 60)
def ward_feed(request: HttpRequest, place: str) -> HttpResponse:
    """News of one ward."""
    home = WardHome.objects.live().public().filter(slug=place).first()
    if home is None:
        raise Http404
    return _rss(home.title, trails.address(home), home)


@login_not_required
@require_safe
@cache_control(public=True, max_age=86_400)
def picture(request: HttpRequest, path: str) -> HttpResponseBase:
    """A picture of a page in one of its sizes: only what Wagtail has made for showing."""
    answer: HttpResponseBase = serve_file(
        request, path, document_root=settings.MEDIA_ROOT / PICTURES
    )
    if not isinstance(answer, HttpResponseNotModified):
        answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _rss(title: str, address: str, place: Page | None) -> HttpResponse:
    """RSS 2.0; Japanese, as the news is."""
    with override("ja"):
        made = Rss201rev2Feed(
            title=_("%(place)sのお知らせ") % {"place": title},
            link=f"{settings.SITE_URL}{address}",
            description=_("町工場DXポータルのお知らせ"),
            language="ja",
        )
        for row in _items(place):
            made.add_item(
                title=row.title,
                link=trails.full_address(row),
                description=row.summary,
                pubdate=clock.midnight(row.on),
                unique_id=trails.full_address(row),
                categories=[str(row.get_category_display())],
            )
        text = made.writeString("utf-8")
    return HttpResponse(text, content_type="application/rss+xml; charset=utf-8")


def _items(place: Page | None) -> Iterable:
    return news.below(place)[:FEED_LENGTH] if place else ()
