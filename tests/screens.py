"""Pictures to look at: <name>-<width>.png in var/screens, or in the folder MACHIKOBA_SCREENS names.

The story of the main job always leaves its own. All else is drawn only where MACHIKOBA_SCREENS is
set: nothing is compared, and six hundred pictures of whole pages cost a plain run a minute and more
of processor time.
"""

import os
from pathlib import Path

from playwright.sync_api import Page

ASKED = os.environ.get("MACHIKOBA_SCREENS")
FOLDER = Path(ASKED or Path(__file__).resolve().parent.parent / "var" / "screens")


def save_screen(page: Page, name: str, *, always: bool = False) -> None:
    """The whole page as it stands, once its pictures and fonts are there."""
    if not (always or ASKED):
        return
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => null)")
    width = (page.viewport_size or {"width": 0})["width"]
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}-{width}.png", full_page=True)
