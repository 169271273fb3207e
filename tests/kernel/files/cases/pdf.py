"""PDF files and what each is judged to be."""

import pikepdf

from tests.kernel.files import corpus as c

PDF = "application/pdf"

CASES = [
    ("pdf", "pdf", c.pdf, PDF),
    ("pdf, words only", "pdf", lambda: c.pdf(c.pdf_words_only), PDF),
    ("pdf, blank lines behind", "pdf", lambda: c.pdf() + b"\r\n\0\0 \n", PDF),
    ("pdf, repaired", "pdf", c.pdf_incremental_harmless, PDF),
    ("pdf, nested script", "pdf", lambda: c.pdf(c.pdf_nested_script), "pdf_script"),
    (
        "pdf, script in a compressed object",
        "pdf",
        lambda: c.pdf(c.pdf_nested_script, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "pdf_script",
    ),
    ("pdf, open action", "pdf", lambda: c.pdf(c.pdf_open_action), "pdf_script"),
    (
        "pdf, script in a stream's dictionary",
        "pdf",
        lambda: c.pdf(c.pdf_script_in_stream_dictionary),
        "pdf_script",
    ),
    ("pdf, escaped name", "pdf", c.pdf_escaped_name, "pdf_script"),
    ("pdf, damaged with script", "pdf", c.pdf_damaged_with_script, "pdf_script"),
    ("pdf, launch", "pdf", lambda: c.pdf(c.pdf_launch), "pdf_script"),
    ("pdf, attachment", "pdf", lambda: c.pdf(c.pdf_attachment), "pdf_attachment"),
    ("pdf, rich media", "pdf", lambda: c.pdf(c.pdf_rich_media), "pdf_attachment"),
    ("pdf, xfa", "pdf", lambda: c.pdf(c.pdf_xfa), "pdf_xfa"),
    (
        "pdf, password",
        "pdf",
        lambda: c.pdf(encryption=pikepdf.Encryption(owner="o", user="u")),
        "pdf_encrypted",
    ),
    (
        "pdf, restricted",
        "pdf",
        lambda: c.pdf(encryption=pikepdf.Encryption(owner="o", user="")),
        "pdf_encrypted",
    ),
    ("pdf, trailing data", "pdf", lambda: c.pdf() + b"MZ appended", "trailing_data"),
    ("pdf, cut off", "pdf", lambda: c.pdf()[:-40], "pdf_damaged"),
    ("pdf, only a header", "pdf", lambda: b"%PDF-1.7\n%%EOF\n", "pdf_damaged"),
    ("pdf, inflating", "pdf", c.pdf_stream_bomb, "pdf_damaged"),
    ("pdf, not at the start", "pdf", lambda: b"\n" + c.pdf(), "mismatch"),
    ("pdf and zip", "pdf", lambda: c.pdf() + c.archive({"a": "b"}) + b"%%EOF", "polyglot"),
    ("pdf and html", "pdf", lambda: b"%PDF-1.7\n%<script>1</script>\n" + c.pdf(), "polyglot"),
    ("pdf, truly png", "pdf", lambda: c.image("PNG"), "mismatch"),
    ("pdf, truly eicar", "pdf", lambda: c.EICAR, "mismatch"),
]
