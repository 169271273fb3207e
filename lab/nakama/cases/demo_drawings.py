"""Drawings of the demonstration's cases: a page, and the photograph of a sketch."""

import io

from portal.kernel import clock, documents


def page(title: str) -> bytes:
    """A page that stands for a drawing."""
    data = {"title": title, "mark": title, "width": 842, "height": 595, "rows": 1}
    return documents.render_pdf("watermark", data, made_at=clock.now())


def sketch() -> bytes:
    """A photograph of a sketch on paper, drawn."""
    from PIL import Image, ImageDraw

    image = Image.new("L", (900, 600), 245)
    draw = ImageDraw.Draw(image)
    for box in ((100, 240, 300, 360), (300, 200, 600, 400), (600, 240, 800, 360)):
        draw.rectangle(box, outline=40, width=4)
    draw.line((60, 300, 840, 300), fill=90, width=2)
    draw.line((100, 450, 800, 450), fill=40, width=3)
    draw.text((430, 460), "180", fill=40, font_size=28)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()
