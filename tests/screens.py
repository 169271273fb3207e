"""Pictures to look at: <name>-<width>.png in var/screens, or in the folder MACHIKOBA_SCREENS names.

The story of the main job always leaves its own. All else is drawn only where MACHIKOBA_SCREENS is
set: nothing is compared, and six hundred pictures of whole pages cost a plain run a minute and more
of processor time. A picture that the manuals have kept is told by its page's heading in every run.
"""

import os
from pathlib import Path

from playwright.sync_api import Page

from tests.manuals.faces import assert_as_kept, heading_of

ASKED = os.environ.get("MACHIKOBA_SCREENS")
FOLDER = Path(ASKED or Path(__file__).resolve().parent.parent / "var" / "screens")


def save_screen(page: Page, name: str, *, always: bool = False) -> None:
    """The whole page as it stands, once its pictures and fonts are there."""
    width = (page.viewport_size or {"width": 0})["width"]
    if not ASKED:
        assert_as_kept(page, f"{name}-{width}")
    if not (always or ASKED):
        return
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => null)")
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}-{width}.png", full_page=True)
    (FOLDER / f"{name}-{width}.txt").write_text(heading_of(page), "utf-8")
