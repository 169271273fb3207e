"""JPEG, PNG and TIFF: decoded for real; a harmless copy to look at. JPEG and PNG with nothing
after their end (where a TIFF ends, nobody can say).

The original stays as evidence. Only the copy (re-encoded, turned upright, without EXIF and thus
without the place of a photograph) is ever shown inside a page.
"""

import re
import struct
import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from portal.kernel.files.inspect.polyglot import refuse_second_nature
from portal.kernel.files.inspect.verdict import Refused, Sample, Verdict

PIXELS = 40_000_000
PREVIEW_SIDE = 1600
SAMSUNG_TRAILER = 64 * 1024
# Scanned drawings: so many sheets in one file, each of PIXELS at most.
TIFF_PAGES = 20
TIFF_MAGIC = (b"II*\0", b"MM\0*")
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png"}
EXTENSIONS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG"}

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
# In entropy-coded data FF is followed by 00 or a restart marker; anything else ends the scan.
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_STANDALONE = {0x01, *range(0xD0, 0xD8)}


def inspect(sample: Sample) -> Verdict:
    """Raises Refused."""
    data = sample.path.read_bytes()
    wanted = EXTENSIONS[sample.extension]
    if _format_of(data) != wanted:
        raise Refused("mismatch")
    refuse_second_nature(sample)
    if wanted == "PNG":
        _check_png_end(data)
    else:
        _check_jpeg_end(data)
    has_preview = _decode(sample, wanted)
    return Verdict(ok=True, content_type=FORMATS[wanted], has_preview=has_preview)


def inspect_tiff(sample: Sample) -> Verdict:
    """Raises Refused. Shown as a re-encoded copy alone, never as it came."""
    if not sample.head(4).startswith(TIFF_MAGIC):
        raise Refused("mismatch")
    refuse_second_nature(sample)
    has_preview = _decode(sample, "TIFF")
    return Verdict(ok=True, content_type="image/tiff", has_preview=has_preview)


def _format_of(data: bytes) -> str:
    if data.startswith(PNG_MAGIC):
        return "PNG"
    return "JPEG" if data.startswith(b"\xff\xd8\xff") else ""


def _check_png_end(data: bytes) -> None:
    """Walk the chunks; IEND must be the last thing in the file."""
    at = len(PNG_MAGIC)
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        at += 12 + length
        if kind == b"IEND":
            if at != len(data):
                raise Refused("trailing_data")
            return
    raise Refused("image_damaged")


def _check_jpeg_end(data: bytes) -> None:
    """After the image only what cameras add themselves: further JPEGs they announce, or notes."""
    end, announces_more = _jpeg_end(data, 0)
    while announces_more and data.find(b"\xff\xd8\xff", end) >= 0:
        # Multi-Picture Format: depth and brightness maps of iPhone and Pixel photographs.
        start = data.find(b"\xff\xd8\xff", end)
        if data[end:start].strip(b"\0"):
            break
        end, _ = _jpeg_end(data, start)
    rest = data[end:].strip(b"\0")
    if rest:
        _check_samsung_notes(data[end:])


def _jpeg_end(data: bytes, start: int) -> tuple[int, bool]:
    """Where the JPEG that begins at `start` ends, and whether it announces further ones."""
    at, announces_more = start + 2, False
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xD9:
            return at + 2, announces_more
        if marker in _STANDALONE:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        announces_more |= marker == 0xE2 and data[at + 4 : at + 8] == b"MPF\0"
        at += 2 + length
        if marker == 0xDA:
            found = _MARKER.search(data, at)
            if not found:
                break
            at = found.end() - 2
    if data[at : at + 2] == b"\xff\xd9":
        return at + 2, announces_more
    raise Refused("image_damaged")


def _check_samsung_notes(trailer: bytes) -> None:
    """The small directory (SEFH … SEFT) that Galaxy cameras append; no film inside."""
    if not trailer.endswith(b"SEFT") or b"SEFH" not in trailer:
        raise Refused("trailing_data")
    if b"MotionPhoto" in trailer:
        raise Refused("image_motion")
    if len(trailer) > SAMSUNG_TRAILER:
        raise Refused("trailing_data")


def _decode(sample: Sample, wanted: str) -> bool:
    """Decode every pixel; write the preview where one is asked for."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = PIXELS
    try:
        with Image.open(sample.path, formats=(wanted,)) as image:
            pages = getattr(image, "n_frames", 1) if wanted == "TIFF" else 1
            if pages > TIFF_PAGES:
                raise Refused("image_pages")
            for page in reversed(range(pages)):  # ends at the first, which the preview shows
                if pages > 1:
                    image.seek(page)
                if image.width * image.height > PIXELS:
                    raise Refused("image_too_large")
                image.load()
            if sample.preview is not None:
                _write_preview(image, sample.preview)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("image_too_large") from None
    except MemoryError:
        raise Refused("too_heavy") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, KeyError, struct.error):
        raise Refused("image_damaged") from None
    return sample.preview is not None


def _write_preview(image: Image.Image, target: Path) -> None:
    image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    upright = ImageOps.exif_transpose(image)
    clear = upright.convert("RGBA") if upright.has_transparency_data else upright.convert("RGB")
    if clear.mode == "RGBA":
        paper = Image.new("RGB", clear.size, "white")
        paper.paste(clear, mask=clear.getchannel("A"))
        clear = paper
    # A fresh image carries no metadata: neither EXIF nor comments nor profiles.
    fresh = Image.frombytes("RGB", clear.size, clear.tobytes())
    fresh.save(target, "JPEG", quality=85)
