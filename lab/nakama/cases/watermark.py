"""The mark on a drawing: firm, person and time over every page, made for each look on the server.

A picture becomes a PDF of its pixels first: re-encoded, turned upright, without EXIF (which tells
where a photograph was taken), comments or profiles.

The pages stay as they are (a drawing is measured), the mark is laid over them. Titles, authors and
whatever else the file tells of its making are left out.
"""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import IO, Any, BinaryIO, cast

from portal.kernel import documents
from portal.ui.markup import moment_text

ROWS = 6
# Pages of one size share a mark; a file of a thousand different sizes does not.
MOST_SIZES = 20
PICTURES = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "tif": "TIFF", "tiff": "TIFF"}
# What can bear a mark; the rest are CAD data.
MARKED = frozenset({"pdf", *PICTURES})
# A picture's longest side: A3 at 300 dpi, in pixels, and that side on the page, in points.
MOST_SIDE, PAGE_SIDE = 4960, 1190


class NotADrawing(Exception):
    """The file cannot be opened as PDF."""


def stamped(source: IO[bytes], *, firm: str, person: str, at: dt.datetime) -> bytes:
    """The PDF with the mark on each page. Raises NotADrawing."""
    import pikepdf

    mark = f"{firm}　{person}　{moment_text(at)}"
    try:
        with pikepdf.open(cast("BinaryIO", source)) as drawing:
            marks = _marks(mark, at)
            for page in drawing.pages:
                box = [float(value) for value in page.mediabox]
                width, height = box[2] - box[0], box[3] - box[1]
                turned = int(page.get("/Rotate", 0)) % 180 == 90
                size = (round(height), round(width)) if turned else (round(width), round(height))
                page.add_overlay(marks(size).pages[0], None)
            del drawing.docinfo
            drawing.docinfo["/Title"] = mark
            if "/Metadata" in drawing.Root:
                del drawing.Root.Metadata
            out = BytesIO()
            drawing.save(out)
    except pikepdf.PdfError as broken:
        raise NotADrawing from broken
    return out.getvalue()


def as_pdf(source: IO[bytes], extension: str) -> IO[bytes]:
    """A picture as a PDF, a page for each sheet; a PDF as it is. Raises NotADrawing."""
    if extension not in PICTURES:
        return source
    from PIL import Image, ImageSequence

    try:
        with Image.open(source, formats=(PICTURES[extension],)) as picture:
            pages = [_page(sheet) for sheet in ImageSequence.Iterator(picture)]
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as broken:
        raise NotADrawing from broken
    out = BytesIO()
    resolution = max(pages[0].size) * 72 / PAGE_SIDE
    pages[0].save(
        out, "PDF", save_all=True, append_images=pages[1:], resolution=resolution, quality=90
    )
    out.seek(0)
    return out


def _page(sheet: Any) -> Any:
    """Pixels alone, upright, on white."""
    from PIL import Image, ImageOps

    sheet.thumbnail((MOST_SIDE, MOST_SIDE))
    upright = ImageOps.exif_transpose(sheet)
    mode = "L" if upright.mode in {"1", "L", "I;16"} else "RGB"
    if upright.has_transparency_data:
        paper = Image.new("RGB", upright.size, "white")
        clear = upright.convert("RGBA")
        paper.paste(clear, mask=clear.getchannel("A"))
        upright = paper
    plain = upright.convert(mode)
    return Image.frombytes(mode, plain.size, plain.tobytes())


def _marks(mark: str, at: dt.datetime) -> Callable[[tuple[int, int]], Any]:
    """The mark's page for a size of page, made once for each."""
    import pikepdf

    made: dict[tuple[int, int], Any] = {}

    def of(size: tuple[int, int]) -> Any:
        if size not in made and len(made) >= MOST_SIZES:
            size = next(iter(made))
        if size not in made:
            data = {
                "title": mark,
                "mark": mark,
                "width": max(size[0], 72),
                "height": max(size[1], 72),
                "rows": ROWS,
            }
            made[size] = pikepdf.open(BytesIO(documents.render_pdf("watermark", data, made_at=at)))
        return made[size]

    return of
