"""What every page's frame needs, worked out only when the template asks for it."""

import tomllib
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.kernel.actor import Actor, Hat
from portal.ui import navigation, searching

SHORTCUTS_COOKIE = "shortcuts"


class Chrome:
    """The frame of a page: who acts, the menu, the banner. Costs nothing until read."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def actor(self) -> Actor:
        """Who acts; a page shown before the actor is known is a visitor's page."""
        return getattr(self._request, "actor", None) or Actor.public()

    @property
    def signed_in(self) -> bool:
        return self.actor.user_id is not None

    @property
    def actor_label(self) -> str:
        """Role and place in words, e.g. 墨田区 担当."""
        return getattr(self._request, "actor_label", "")

    @property
    def hats(self) -> list[tuple[str, str]]:
        """(key, label) of every capacity the person may act in."""
        return getattr(self._request, "hats", None) or []

    @cached_property
    def navigation(self) -> list[navigation.NavLink]:
        return navigation.links_for(self._request, self.actor)

    @property
    def searches_office(self) -> bool:
        """Whether the officials' search box stands in the head of the page."""
        return searching.has_box(self.actor)

    @property
    def demo_mode(self) -> bool:
        return bool(settings.DEMO_MODE)

    @property
    def shortcuts(self) -> bool:
        """Whether single-key shortcuts are on (WCAG 2.1.4 asks for a way to turn them off)."""
        return self._request.COOKIES.get(SHORTCUTS_COOKIE) != "off"

    @property
    def for_public(self) -> bool:
        return self.actor.hat == Hat.PUBLIC

    @property
    def version(self) -> str:
        return _version()


def chrome(request: HttpRequest) -> dict[str, Any]:
    return {"chrome": Chrome(request), "demo_mode": bool(settings.DEMO_MODE)}


@lru_cache(maxsize=1)
def _version() -> str:
    """The version stated in pyproject.toml."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]["version"]
