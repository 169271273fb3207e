"""Keep the pictures that the manuals name: `python -m tests.manuals.keep FOLDER`.

FOLDER holds what the stories drew (`make manual-pictures`). A picture is cut to its top and kept
small, since a manual has dozens of them.
"""

import io
import json
import sys
from pathlib import Path

from PIL import Image

from portal.manuals import reading
from tests.manuals.faces import KEPT, plain_name

STATIC = KEPT.parent.parent.parent / "static" / "manuals"
MOST_BYTES = 60_000
# Width of a picture, and how much of a page is kept, by the width of the browser's window.
WIDTHS = {1280: (960, 1000), 390: (390, 780)}


def shrink(path: Path) -> tuple[bytes, tuple[int, int]]:
    """A small WebP of the top of the page, and its width and height."""
    with Image.open(path) as whole:
        width, tallest = WIDTHS[whole.width]
        top = whole.convert("RGB").crop((0, 0, whole.width, min(whole.height, tallest)))
    top = top.resize((width, round(top.height * width / top.width)), Image.Resampling.LANCZOS)
    for quality in (62, 50, 40, 30, 20):
        held = io.BytesIO()
        top.save(held, "WEBP", quality=quality, method=6)
        if held.tell() <= MOST_BYTES:
            break
    return held.getvalue(), top.size


def main(folder: Path) -> None:
    """Keep what the manuals name, and drop what they no longer do."""
    drawn = {plain_name(path.stem): path for path in sorted(folder.glob("*.png"))}
    wanted = {step.picture for book in reading.manuals().values() for step in book.steps()} - {""}
    if lacking := wanted - drawn.keys():
        raise SystemExit(f"not drawn by any story: {sorted(lacking)}")
    STATIC.mkdir(parents=True, exist_ok=True)
    for path in STATIC.glob("*.webp"):
        path.unlink()
    lines = ["# Written by `make manual-pictures`: size in pixels, and the heading of the page.\n"]
    for name in sorted(wanted):
        picture, (width, height) = shrink(drawn[name])
        (STATIC / f"{name}.webp").write_bytes(picture)
        heading = drawn[name].with_suffix(".txt").read_text("utf-8")
        told = json.dumps(heading, ensure_ascii=False)
        lines.append(f"[{name}]\nsize = [{width}, {height}]\nheading = {told}\n")
    KEPT.write_text("\n".join(lines), "utf-8")
    print(f"{len(wanted)} pictures, {sum(p.stat().st_size for p in STATIC.iterdir())} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
