"""portal/cms in the small world."""

import io
from typing import Any


def build(firm: Any, people: dict[str, int]) -> dict[str, Any]:
    """What the room's pages show: news of 墨田区, a picture, a document, a subscription."""
    from tests.factories import cms as make

    page = make.make_news()
    return {
        "page": page,
        "picture": make.make_picture().get_rendition("width-200").file.name.split("/", 1)[1],
        "document": make.make_document(),
        **make.subscription_tokens(),
    }


def arguments(name: str, built: dict[str, Any]) -> list[Any]:
    """Arguments of a route of the room, and of the two that Wagtail names."""
    document = built["document"]
    return {
        "wagtail_serve": ["wards/sumida/news/"],
        "wagtaildocs_serve": [document.pk, document.filename],
        "site:ward_feed": ["sumida"],
        "site:picture": [built["picture"]],
        "mailing:subscribe_ward": ["sumida"],
        "mailing:confirm": [built["confirm"]],
        "mailing:stop": [built["stop"]],
    }.get(name, [])


def png() -> bytes:
    """A small picture."""
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (320, 200), "#3460fb").save(stream, "PNG")
    return stream.getvalue()
