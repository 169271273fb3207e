"""The public site: finds a page by its address, draws it once for everybody, frames it for each.

What stands between a page's header and footer is drawn in the scope of a visitor and without the
request, so that it cannot hold anything of the person who happened to ask first; it is remembered
by address and language. The frame (menu, name, sign-out) is drawn anew for every reader.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.csp import CSP
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.documents.views.serve import serve as serve_document
from wagtail.models import Page, PageViewRestriction

from portal.cms import memory
from portal.cms.models.base import SitePage
from portal.cms.selectors import pictures, trails
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.ui.parts import Crumb

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Stands in a drawn page where each reader's own token belongs.
TOKEN_MARK = "<!--own-token-->"  # noqa: S105
PREVIEW_CSP = settings.SECURE_CSP | {"frame-ancestors": [CSP.SELF]}


class Drawn(NamedTuple):
    """A page as everybody sees it; plain values, so that it can be remembered.

    `image` is (path, words) of the page's own picture for shared links, () for the portal's.
    """

    title: str
    told: str
    address: str
    kind: str
    image: tuple[str, ...]
    feed: str
    crumbs: tuple[tuple[str, str], ...]
    html: str


@login_not_required
def serve(request: HttpRequest, path: str) -> HttpResponse:
    """A page of the site, a redirect of one that moved, or 404. Costs no query when remembered."""
    if request.method not in SAFE:
        raise Http404
    found = memory.recall(path, get_language())
    if found.value is not None:
        return framed(request, Drawn(*found.value))
    page = _find(path)
    if page is None:
        return _moved(path)
    restrictions = _restrictions(page)
    if restrictions:
        return kept_from(request, restrictions) or framed(request, draw(page, clock.now()))
    drawn = draw(page, clock.now())
    memory.keep(path, get_language(), tuple(drawn), found.generation)
    return framed(request, drawn)


def _find(path: str) -> SitePage | None:
    """The live page at an address; two queries, the first of two columns."""
    found = Page.objects.filter(url_path=trails.ROOT + path, live=True)
    row = found.values_list("pk", "content_type_id").first()
    if row is None:
        return None
    model = ContentType.objects.get_for_id(row[1]).model_class()
    if model is None or not issubclass(model, SitePage):
        return None
    return model._default_manager.filter(pk=row[0]).first()


def _restrictions(page: SitePage) -> list[PageViewRestriction]:
    """Those of the page and of what it stands below; one query."""
    if page.alias_of_id:
        return list(page.get_view_restrictions())
    paths = [page.path[:end] for end in range(trails.STEP, len(page.path) + 1, trails.STEP)]
    return list(PageViewRestriction.objects.filter(page__path__in=paths))


def kept_from(request: HttpRequest, restrictions: Iterable[Any]) -> HttpResponse | None:
    """What a reader gets for whom the page is not: the sign-in page, or 404 once signed in."""
    if all(one.accept_request(request) for one in restrictions):
        return None
    if request.user.is_authenticated:
        raise Http404
    return redirect_to_login(request.get_full_path())


@login_not_required
def document(request: HttpRequest, document_id: int, document_filename: str) -> HttpResponseBase:
    """A document that pages hand out; its collection says to whom."""
    found = get_object_or_404(Document.objects.select_related("collection"), pk=document_id)
    kept = kept_from(request, found.collection.get_view_restrictions())
    return kept or serve_document(request, document_id, document_filename)


def page_response(request: HttpRequest, page: SitePage) -> HttpResponse:
    """A page that something else than `serve` asks for."""
    return framed(request, draw(page, clock.now()))


def preview_response(request: HttpRequest, page: SitePage) -> HttpResponse:
    """As the page will look; shown inside the editor, of this site alone."""
    response = framed(request, draw(page, clock.now()))
    response._csp_config = PREVIEW_CSP
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def draw(page: SitePage, now: dt.datetime) -> Drawn:
    """Draw what is the same for all, seeing what a visitor sees."""
    with acting(Actor.public()):
        context = {"page": page, "now": now, "token": mark_safe(TOKEN_MARK), **page.facts(now)}  # noqa: S308
        html = render_to_string(page.fragment, context)
        return Drawn(
            title=page.seo_title or page.display_title,
            told=page.told,
            address=trails.address(page),
            kind="article" if page.first_published_at and page.depth > 4 else "website",
            image=tuple(pictures.of_page(page) or ()),
            feed=trails.feed_of(page),
            crumbs=tuple(trails.crumbs(page)),
            html=html,
        )


def framed(request: HttpRequest, drawn: Drawn) -> HttpResponse:
    """The drawn page in the reader's own frame."""
    context = {
        "drawn": drawn,
        "html": _with_token(request, drawn.html),
        "breadcrumb": [Crumb(label, url) for label, url in drawn.crumbs],
        "site_url": settings.SITE_URL,
    }
    response = render(request, "cms/frame.html", context)
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response


def _with_token(request: HttpRequest, html: str) -> SafeString:
    if TOKEN_MARK in html:
        field = format_html(
            '<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request)
        )
        html = html.replace(TOKEN_MARK, field)
    return mark_safe(html)  # noqa: S308 (drawn by our templates)


def _moved(path: str) -> HttpResponse:
    """Where a page that stood here has gone. Raises Http404."""
    old = Redirect.normalise_path(f"/{path}")
    found = Redirect.objects.filter(old_path=old).select_related("redirect_page").first()
    target = found.link if found else None
    if not target:
        raise Http404
    return HttpResponseRedirect(target, status=301 if found.is_permanent else 302)
