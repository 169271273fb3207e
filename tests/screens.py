"""Pictures to look at: with MACHIKOBA_SCREENS=var/screens a test run leaves there
<name>-<width>.png of every page it stops at. Nothing is compared, so a plain run draws none.
"""

import os
from pathlib import Path

from playwright.sync_api import Page

FOLDER = os.environ.get("MACHIKOBA_SCREENS")


def save_screen(page: Page, name: str) -> None:
    """The whole page as it stands, once its pictures and fonts are there."""
    if not FOLDER:
        return
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => null)")
    width = (page.viewport_size or {"width": 0})["width"]
    folder = Path(FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
