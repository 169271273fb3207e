"""Where a page stands: its address, the way to it, what comes before and after."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page

from portal.cms.models.homes import Branch, WardHome
from portal.ui.markup import in_japanese

ROOT = "/home/"
STEP = 4
HOME_DEPTH = 2


def address(page: Page) -> str:
    """The path of the page on this site. No query."""
    return "/" + page.url_path.removeprefix(ROOT)


def full_address(page: Page) -> str:
    """With the site's own name, for feeds, mails and shared links."""
    return f"{settings.SITE_URL}{address(page)}"


def crumbs(page: Page) -> Iterator[tuple[str, str]]:
    """(label, address) from the home to the page itself, which has no address."""
    yield _("トップ"), "/"
    for one in _above(page):
        yield getattr(one, "display_title", one.title), address(one)
    yield page.display_title, ""


def _above(page: Page) -> Iterable[Page]:
    """The pages between the home and this one; for another language as themselves, with its titles."""
    paths = [page.path[:length] for length in range(3 * STEP, len(page.path), STEP)]
    rows = Page.objects.filter(path__in=paths).order_by("depth")
    return rows.only("title", "url_path") if in_japanese() else rows.specific(defer=False)


def ward_of(page: Page) -> int | None:
    """The ward in whose branch the page stands."""
    if isinstance(page, WardHome):
        return page.ward_id
    found = Branch.objects.filter(path=page.path[: 4 * STEP]).first()
    return found.ward_id if found else None


def neighbours(page: Page) -> dict[str, Any]:
    """The pages before and after it in its list."""
    rows = Page.objects.sibling_of(page, inclusive=False).live().public()
    before = rows.filter(path__lt=page.path).order_by("-path").first()
    after = rows.filter(path__gt=page.path).order_by("path").first()
    return {"before": _link(before), "after": _link(after)}


def place_of(page: Page) -> str:
    """The slug of the ward in whose branch the page stands, "" outside of all."""
    parts = page.url_path.removeprefix(ROOT).split("/")
    return parts[1] if parts[0] == "wards" and len(parts) > 2 else ""


def feed_of(page: Page) -> str:
    """The address of the news feed that belongs to the page's place."""
    place = place_of(page)
    return reverse("site:ward_feed", args=[place]) if place else reverse("site:feed")


def _link(page: Page | None) -> dict[str, str] | None:
    return {"title": page.title, "url": address(page)} if page else None


def linked(page: Any) -> dict[str, str]:
    """A page as a card of a list."""
    return {
        "title": page.display_title,
        "url": address(page),
        "told": getattr(page, "display_summary", "") or page.told,
        "kind": page.get_kind_display() if hasattr(page, "get_kind_display") else "",
    }
