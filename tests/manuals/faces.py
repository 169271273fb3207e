"""Which page a kept picture shows, so that a story tells when it shows another one now."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from playwright.sync_api import Page

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


def assert_as_kept(page: Page, name: str) -> None:
    """A picture of the manuals still shows the page that it was made of."""
    wanted = kept().get(plain_name(name))
    if wanted is not None:
        found = heading_of(page)
        assert found == wanted, f"{name}: {found} was {wanted}; run `make manual-pictures`"
