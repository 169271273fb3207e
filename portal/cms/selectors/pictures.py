"""The picture that goes with a shared link (Open Graph): the page's own where it has one."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.templatetags.static import static
from wagtail.fields import StreamField
from wagtail.models import Page

# What networks show without cutting.
WIDTH, HEIGHT = 1200, 630


class Shared(NamedTuple):
    """A picture of WIDTH × HEIGHT by its path on this site. `alt` is "" where it is an ornament."""

    path: str
    alt: str


def of_page(page: Page) -> Shared | None:
    """The first picture or drawing among the page's pieces; None leaves the portal's own.

    One query for a picture of the editors (its size for sharing is made when it is first asked for).
    """
    return next((found for piece in _pieces(page) if (found := _shared(piece))), None)


def _pieces(page: Page) -> Iterator[Any]:
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            yield from getattr(page, field.name)


def _shared(piece: Any) -> Shared | None:
    if piece.block_type == "image" and piece.value["image"]:
        image = piece.value["image"]
        made = image.get_rendition(f"fill-{WIDTH}x{HEIGHT}")
        return Shared(made.url, "" if image.decorative else image.contextual_alt_text)
    if piece.block_type == "drawing":
        # Networks show no SVG: each drawing is there as a PNG of that size, too.
        return Shared(static(f"art/share/{piece.value['name']}.png"), piece.value["alt"])
    return None
