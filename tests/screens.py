"""Screenshots to look at: var/screens/<name>-<width>.png."""

import os
from pathlib import Path

from playwright.sync_api import Page

FOLDER = Path(
    os.environ.get("MACHIKOBA_SCREENS", Path(__file__).resolve().parent.parent / "var" / "screens")
)


def save_screen(page: Page, name: str) -> Path:
    """The whole page as it stands, once its pictures and fonts are there."""
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => null)")
    width = (page.viewport_size or {"width": 0})["width"]
    FOLDER.mkdir(parents=True, exist_ok=True)
    target = FOLDER / f"{name}-{width}.png"
    page.screenshot(path=target, full_page=True)
    return target
