"""Photographs and pictures and what each is judged to be."""

from tests.kernel.files import corpus as c

JPEG, PNG = "image/jpeg", "image/png"

CASES = [
    ("jpg", "jpg", lambda: c.image("JPEG"), JPEG),
    ("jpeg, progressive", "jpeg", lambda: c.image("JPEG", progressive=True), JPEG),
    ("jpg, cmyk", "jpg", lambda: c.image("JPEG", mode="CMYK"), JPEG),
    ("jpg, with place", "jpg", c.photo_with_place, JPEG),
    ("jpg, iPhone", "jpg", c.jpeg_announcing_more, JPEG),
    ("jpg, Galaxy", "jpg", lambda: c.image("JPEG") + c.samsung_notes(), JPEG),
    (
        "jpg, Galaxy with film",
        "jpg",
        lambda: c.image("JPEG") + c.samsung_notes(b"MotionPhoto_Data"),
        "image_motion",
    ),
    (
        "jpg, iPhone with more behind",
        "jpg",
        lambda: c.jpeg_announcing_more() + b"MZ",
        "trailing_data",
    ),
    (
        "jpg, unannounced second",
        "jpg",
        lambda: c.image("JPEG") + c.image("JPEG"),
        "trailing_data",
    ),
    ("jpg, trailing data", "jpg", lambda: c.image("JPEG") + b"MZ appended", "trailing_data"),
    ("jpg, cut off", "jpg", lambda: c.image("JPEG", (900, 900))[:-300], "image_damaged"),
    ("jpg and zip", "jpg", lambda: c.image("JPEG") + c.archive({"a": "b"}), "polyglot"),
    (
        "jpg and zip in a comment",
        "jpg",
        lambda: c.image("JPEG", comment=c.archive({"a": "b"})),
        "polyglot",
    ),
    ("jpg and html", "jpg", lambda: c.image("JPEG", comment=b"<html>"), "polyglot"),
    ("jpg and pdf", "jpg", lambda: c.image("JPEG", comment=b"%PDF-1.4"), "polyglot"),
    ("jpg, truly png", "jpg", lambda: c.image("PNG"), "mismatch"),
    ("jpg, truly gif", "jpg", lambda: c.image("GIF"), "mismatch"),
    ("png", "png", lambda: c.image("PNG"), PNG),
    ("png, see-through", "png", lambda: c.image("PNG", mode="RGBA"), PNG),
    ("png, palette", "png", lambda: c.image("PNG", mode="P"), PNG),
    ("png, 16 bit", "png", lambda: c.image("PNG", mode="I;16"), PNG),
    ("png, 40 megapixels", "png", lambda: c.image("PNG", (8000, 5000), "L"), PNG),
    ("png, 41 megapixels", "png", lambda: c.image("PNG", (8200, 5000), "L"), "image_too_large"),
    ("png, flood", "png", c.png_flood, "image_too_large"),
    ("png, trailing data", "png", lambda: c.image("PNG") + b"\n", "trailing_data"),
    ("png, cut off", "png", lambda: c.image("PNG")[:-12], "image_damaged"),
    ("tif, three sheets", "tif", lambda: c.tiff(3), "image/tiff"),
    ("tiff, 21 sheets", "tiff", lambda: c.tiff(21), "image_pages"),
    ("tif, truly png", "tif", lambda: c.image("PNG"), "mismatch"),
    ("tif and zip", "tif", lambda: c.tiff(1) + c.archive({"a": "b"}), "polyglot"),
    ("tif, cut off", "tif", lambda: c.tiff(1)[:40], "image_damaged"),
    ("png and zip", "png", lambda: c.image("PNG") + c.archive({"a": "b"}), "polyglot"),
]
