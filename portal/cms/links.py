"""リンク切れ: every link of every live page, followed as far as this site reaches.

Pages are drawn as visitors see them, so that links in texts, cards and live figures all count, and
what they lead to is asked of the portal itself, as a visitor would.
"""

import datetime as dt
import io
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from portal.cms.models import PageLink, SitePage
from portal.cms.selectors import trails
from portal.cms.serving import draw

WEB = frozenset({"http", "https"})
LONGEST = 1000
# Asks another site: (status, error). None as a status is no answer at all.
Asks = Callable[[str], tuple[int | None, str]]


class _Links(HTMLParser):
    """Collects what a page links to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("href")
        if tag == "a" and address:
            self.found.append(address)


def links_check(*, now: dt.datetime, ask: Asks | None = None) -> int:
    """Follow the links of all live pages; returns how many lead nowhere.

    Without `ask` other sites are listed with what they answered the last time.
    """
    answers: dict[str, tuple[int | None, str]] = {}
    before = {
        row.url: row for row in PageLink.objects.filter(is_outside=True, checked_at__isnull=False)
    }
    rows = []
    for page, url in _all_links(now):
        if _scheme(url) is None:
            row = PageLink(page=page, url=url, is_outside=True, checked_at=now)
            row.error = _("アドレスとして読めません")
        else:
            row = PageLink(page=page, url=url, is_outside=_path(url) is None)
            _follow(row, now, ask, answers, before.get(url))
        rows.append(row)
    with transaction.atomic():
        PageLink.objects.all().delete()
        PageLink.objects.bulk_create(rows)
    return sum(row.is_broken for row in rows)


def _follow(
    row: PageLink,
    now: dt.datetime,
    ask: Asks | None,
    answers: dict[str, tuple[int | None, str]],
    before: PageLink | None,
) -> None:
    path = _path(row.url)
    if path is None and ask is None:
        if before:
            row.status, row.error, row.checked_at = before.status, before.error, before.checked_at
        return
    if row.url not in answers:
        answers[row.url] = (_own_answer(path), "") if path is not None else ask(row.url)  # type: ignore[misc]
    row.status, row.error = answers[row.url]
    row.checked_at = now


def _all_links(now: dt.datetime) -> Iterator[tuple[SitePage, str]]:
    """Each live page with each address it links to, once, absolute and without its anchor."""
    rows = Page.objects.live().public().filter(url_path__startswith=trails.ROOT).order_by("path")
    for page in rows.specific(defer=False):
        if not isinstance(page, SitePage):
            continue
        parser = _Links()
        parser.feed(draw(page, now).html)
        base = trails.full_address(page)
        for url in dict.fromkeys(_absolute(base, link) for link in parser.found):
            if _scheme(url) in {None, *WEB}:
                yield page, url


def _absolute(base: str, link: str) -> str:
    """The whole address without its anchor; as it stands where it is none."""
    try:
        link = urljoin(base, link)
    except ValueError:
        return link[:LONGEST]
    return link.split("#")[0][:LONGEST]


def _scheme(url: str) -> str | None:
    """http, mailto …; None for what no browser can read, such as `http://[x`."""
    try:
        return urlsplit(url).scheme
    except ValueError:
        return None


def _path(url: str) -> str | None:
    """The path of an address of this site; None for another."""
    parts = urlsplit(url)
    if f"{parts.scheme}://{parts.netloc}" != settings.SITE_URL:
        return None
    return f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"


def _own_answer(path: str) -> int:
    """The status with which this site answers a visitor."""
    host = urlsplit(settings.SITE_URL)
    bare, _mark, query = path.partition("?")
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": bare,
            "QUERY_STRING": query,
            "SERVER_NAME": host.hostname or "localhost",
            "SERVER_PORT": str(host.port or 80),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": host.netloc,
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_X_FORWARDED_PROTO": host.scheme,
            "wsgi.input": io.BytesIO(),
            "wsgi.url_scheme": host.scheme,
        }
    )
    handler = BaseHandler()
    handler.load_middleware()
    response = handler.get_response(request)
    # Its files, not the whole response: that would close the connection this transaction is in.
    for close in response._resource_closers:
        close()
    return response.status_code
