"""The main menu: each app adds its entries with one line in its `AppConfig.ready()`::

    navigation.register(NavItem(_("受信箱"), "subsidies:queue", hats={Hat.WARD}, order=10))

Who does not hold one of the entry's hats never sees it. Entries of one `Area` stand behind one word
of the menu; its second row shows them all as long as one is inside. Links only: it works without
JavaScript, and what is open is what is current.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

from portal.kernel.actor import Actor, Hat
from portal.kernel.database import Statement, counted


@dataclass(frozen=True, slots=True)
class Area:
    """Entries that belong together. Whoever sees only one of them gets that entry itself."""

    label: str
    order: int


Badge = Callable[[Actor], QuerySet]


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main menu.

    Shown when the actor's hat is in `hats` and, where `roles` is given, the hat carries one of
    them. `badge` may name rows whose number is shown after the label (0 shows nothing). They are
    counted on every page of the people who see the entry, those of all entries in one statement
    that is built once for an actor: the query follows from the actor alone (what depends on the
    time says so in SQL), and an index must lead to its rows.
    `order` counts within the area where there is one. `rooms` are apps besides its own whose pages
    belong to it where no entry's address covers them.
    """

    label: str
    url_name: str
    hats: Collection[Hat]
    roles: Collection[str] = ()
    order: int = 50
    area: Area | None = None
    rooms: Collection[str] = ()
    badge: Badge | None = field(default=None, compare=False)

    def visible_to(self, actor: Actor) -> bool:
        return actor.hat in self.hats and (not self.roles or actor.has_role(*self.roles))


@dataclass(frozen=True, slots=True)
class NavLink:
    """A menu entry as drawn; an area leads to its first entry and has the others in `entries`."""

    label: str
    url: str
    current: bool
    count: int
    entries: tuple["NavLink", ...] = ()


_items: dict[tuple[str, ...], NavItem] = {}


def register(*items: NavItem) -> None:
    """Add entries; registering the same entry twice (address, label, hats) changes nothing."""
    for item in items:
        _items[item.url_name, str(item.label), *sorted(item.hats)] = item


def registered() -> list[NavItem]:
    """All entries in the order of the menu."""
    return sorted(
        _items.values(), key=lambda item: (item.area.order if item.area else item.order, item.order)
    )


def links_for(request: HttpRequest, actor: Actor) -> list[NavLink]:
    """The menu of `actor`. Current is the entry whose address is the longest prefix of this page,
    and on a page below no entry (that of one case, say) the first entry of its room.
    """
    found = [(item, _address(item)) for item in registered() if item.visible_to(actor)]
    shown = [(item, url) for item, url in found if url]
    below = max((url for _, url in shown if _covers(url, request.path)), key=len, default=None)
    current = below or _room(request, shown)
    here = next((item.area for item, url in shown if url == current), None)
    places: dict[Area | str, list[NavLink]] = {}
    counts = _counts(actor, (item for item, _ in shown))
    for (item, url), count in zip(shown, counts, strict=True):
        link = NavLink(item.label, url, current=url == current, count=count)
        places.setdefault(item.area or url, []).append(link)
    return [_place(key, tuple(links), open_=key == here) for key, links in places.items()]


def _counts(actor: Actor, items: Iterable[NavItem]) -> list[int]:
    """The number after each entry, 0 for one that counts nothing."""
    badges = [item.badge for item in items]
    counts = iter(numbers(tuple(badge for badge in badges if badge), actor))
    return [next(counts) if badge else 0 for badge in badges]


def numbers(badges: tuple[Badge, ...], actor: Actor) -> Sequence[int]:
    """How many rows each of them has for the actor: one statement, built once for both."""
    return _asked(badges, replace(actor, name="", request_id="")).fetch()[0] if badges else ()


def rows_of(badges: tuple[Badge, ...], actor: Actor) -> list[Iterable[Any]]:
    """The rows of each: one statement tells which have any, and only these are asked for."""
    counts = numbers(badges, actor)
    return [badge(actor) if n else () for badge, n in zip(badges, counts, strict=True)]


@lru_cache(maxsize=1024)
def _asked(badges: tuple[Badge, ...], actor: Actor) -> Statement:
    """The question of an actor's pages."""
    return counted(badge(actor) for badge in badges)


def _room(request: HttpRequest, shown: list[tuple[NavItem, str]]) -> str | None:
    """The entry that takes the pages of this page's room (its app), else the room's first one."""
    room = request.resolver_match.app_name if request.resolver_match else ""
    taking = (url for item, url in shown if room in item.rooms)
    own = (url for item, url in shown if item.url_name.split(":")[0] == room)
    return next(taking, None) or next(own, None)


def _place(key: Area | str, links: tuple[NavLink, ...], *, open_: bool) -> NavLink:
    if not isinstance(key, Area) or len(links) == 1:
        return links[0]
    count = sum(link.count for link in links)
    return NavLink(key.label, links[0].url, current=open_, count=count, entries=links)


def _address(item: NavItem) -> str:
    """The entry's address; an unknown name is left out here and refused by the system check."""
    urlconf = get_urlconf() or settings.ROOT_URLCONF
    return _known_address(item.url_name, urlconf, get_script_prefix())


@lru_cache(maxsize=512)
def _known_address(url_name: str, urlconf: str, _prefix: str) -> str:
    """Looked up once: a menu has dozens of entries, on every page the same."""
    try:
        return reverse(url_name, urlconf)
    except NoReverseMatch:
        return ""


def _covers(url: str, path: str) -> bool:
    return path == url or (url != "/" and url.endswith("/") and path.startswith(url))
