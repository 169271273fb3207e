"""A picture of a drawing is shown as a marked PDF of its pixels, without what the camera wrote."""

import datetime as dt
import io

import pikepdf
import pytest

from lab.nakama.cases import watermark
from tests.kernel.files import corpus

AT = dt.datetime(2026, 11, 30, 3, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("extension", "content", "sheets", "tall"),
    [
        ("jpg", corpus.photo_with_place(), 1, True),
        ("png", corpus.image("PNG", mode="RGBA"), 1, False),
        ("tif", corpus.tiff(3), 3, False),
    ],
)
def test_a_picture_becomes_a_marked_pdf_of_its_pixels_alone(extension, content, sheets, tall):
    found = watermark.as_pdf(io.BytesIO(content), extension)
    marked = watermark.stamped(found, firm="見る製作所", person="花子", at=AT)
    with pikepdf.open(io.BytesIO(marked)) as drawing:
        assert len(drawing.pages) == sheets
        box = [float(value) for value in drawing.pages[0].mediabox]
        assert (box[3] > box[2]) is tall, "upright, as the camera was held"
        assert set(drawing.docinfo) == {"/Title"}
        assert "見る製作所" in str(drawing.docinfo["/Title"])
        assert all(len(page.Resources.XObject) == 2 for page in drawing.pages), "sheet and mark"
        raw = b"".join(
            stream.read_raw_bytes() for stream in drawing.objects
            if isinstance(stream, pikepdf.Stream)
        )  # fmt: skip
    assert b"SECRET-PLACE" not in raw + marked
    assert b"Exif" not in raw


def test_what_is_no_picture_is_refused():
    with pytest.raises(watermark.NotADrawing):
        watermark.as_pdf(io.BytesIO(b"II*\0 nothing"), "tif")
