"""A menu entry that leads nowhere is found at start-up, not by a visitor."""

from typing import Any

from django.core.checks import Error, register
from django.urls import NoReverseMatch, reverse

from portal.ui import navigation


@register()
def menu_entries_resolve(**kwargs: Any) -> list[Error]:
    """Every registered navigation item must reverse."""
    errors = []
    for item in navigation.registered():
        try:
            reverse(item.url_name)
        except NoReverseMatch:
            errors.append(
                Error(
                    f"The menu entry {item.label!s} points to the unknown URL {item.url_name!r}.",
                    id="ui.E001",
                )
            )
    return errors
