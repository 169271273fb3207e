"""The main menu: each app adds its entries with one line in its `AppConfig.ready()`::

    navigation.register(NavItem(_("受信箱"), "subsidies:queue", hats={Hat.WARD}, order=10))

Who does not hold one of the entry's hats never sees it.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from portal.kernel.actor import Actor, Hat


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main menu.

    Shown when the actor's hat is in `hats` and, where `roles` is given, the hat carries one of
    them. `badge` may return a count to show after the label (0 shows nothing); it runs on every
    page of the people who see the entry, so it must not cost more than one indexed query.
    """

    label: str
    url_name: str
    hats: Collection[Hat]
    roles: Collection[str] = ()
    order: int = 50
    badge: Callable[[HttpRequest], int] | None = field(default=None, compare=False)

    def visible_to(self, actor: Actor) -> bool:
        return actor.hat in self.hats and (not self.roles or actor.has_role(*self.roles))


@dataclass(frozen=True, slots=True)
class NavLink:
    """A menu entry as drawn."""

    label: str
    url: str
    current: bool
    count: int


_items: dict[str, NavItem] = {}


def register(*items: NavItem) -> None:
    """Add entries; registering the same entry twice changes nothing."""
    for item in items:
        _items[f"{item.url_name}:{item.label!s}"] = item


def registered() -> list[NavItem]:
    """All entries in the order of the menu."""
    return sorted(_items.values(), key=lambda item: item.order)


def links_for(request: HttpRequest, actor: Actor) -> list[NavLink]:
    """The menu of `actor`; the entry whose address is the longest prefix of this page is current."""
    found = [(item, _address(item)) for item in registered() if item.visible_to(actor)]
    shown = [(item, url) for item, url in found if url]
    current = max((url for _, url in shown if _covers(url, request.path)), key=len, default=None)
    return [
        NavLink(
            label=item.label,
            url=url,
            current=url == current,
            count=item.badge(request) if item.badge else 0,
        )
        for item, url in shown
    ]


def _address(item: NavItem) -> str:
    """The entry's address; an unknown name is left out here and refused by the system check."""
    try:
        return reverse(item.url_name)
    except NoReverseMatch:
        return ""


def _covers(url: str, path: str) -> bool:
    return path == url or (url != "/" and url.endswith("/") and path.startswith(url))
