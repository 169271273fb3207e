"""Files that every door for uploads refuses: case, name, how to make it, the code of the reason.

No code where more than one reason is as good.
"""

from portal.kernel.files import reasons
from portal.kernel.files.rules import MEGABYTE
from tests.kernel.files import corpus

FILES = [
    ("60 MB", "見積.pdf", lambda: b"%PDF-1.7\n" + bytes(60 * MEGABYTE), reasons.TOO_LARGE),
    ("zip bomb", "見積.xlsx", corpus.workbook_bomb, "office_bomb"),
    ("macro workbook", "見積.xlsx", corpus.macro_workbook, "office_macro"),
    ("macro workbook by name", "見積.xlsm", corpus.macro_workbook, reasons.EXTENSION),
    ("polyglot PDF", "見積.pdf", lambda: corpus.archive({"a": "b"}) + corpus.pdf(), None),
    ("PDF and archive", "見積.pdf", lambda: corpus.pdf() + corpus.archive({"a": "b"}), None),
    ("script in a PDF", "見積.pdf", lambda: corpus.pdf(corpus.pdf_open_action), "pdf_script"),
    ("program", "見積.exe", lambda: b"MZ" * 500, reasons.EXTENSION),
    ("empty", "見積.pdf", lambda: b"", None),
]
