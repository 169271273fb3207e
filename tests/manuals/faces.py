"""Which page a kept picture shows, so that a story tells when it shows another one now."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from playwright.sync_api import Page

from portal.manuals import reading

KEPT = Path(__file__).resolve().parent.parent.parent / "portal" / "manuals" / "pictures.toml"
_CHANGING = re.compile(r"\d+|（[月火水木金土日]）")


def plain_name(name: str) -> str:
    """A story's picture without its number, which moves when one comes before it."""
    return re.sub(r"^([a-z0-9]+)-\d\d-", r"\1-", name)


def heading_of(page: Page) -> str:
    """The page's heading without dates and numbers."""
    words = page.locator("h1").first.text_content() or ""
    return _CHANGING.sub("#", re.sub(r"\s+", " ", words).strip())


@lru_cache(maxsize=1)
def kept() -> dict[str, str]:
    """The heading of each picture of the manuals."""
    return {name: row["heading"] for name, row in tomllib.loads(KEPT.read_text("utf-8")).items()}


@lru_cache(maxsize=1)
def named() -> dict[str, list[set[str]]]:
    """The words that the steps with a picture name: of the page before, or of the one that it shows."""
    found: dict[str, list[set[str]]] = {}
    for step in (step for book in reading.manuals().values() for step in book.steps()):
        if step.picture:
            found.setdefault(step.picture, []).append({*step.on_screen, *step.elsewhere})
    return found


def assert_as_kept(page: Page, name: str) -> None:
    """A picture of the manuals still shows the page that it was made of, and something that each step
    beside it names: a heading, a link, a button.
    """
    picture = plain_name(name)
    wanted = kept().get(picture)
    if wanted is not None:
        found = heading_of(page)
        assert found == wanted, f"{name}: {found} was {wanted}; run `make manual-pictures`"
        shown = re.sub(r"\s+", " ", page.locator("body").text_content() or "")
        for words in named()[picture]:
            told = any(word in shown for word in words)
            assert told, f"{name}: nothing of what the manual names beside it is there: {words}"
