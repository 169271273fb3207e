"""Files that are two things at once: each reader sees the half meant for it."""

import re

from portal.kernel.files.inspect.verdict import Refused, Sample

# Readers of ZIP look for this at the end, behind at most 64 KiB of comment.
ZIP_END = b"PK\x05\x06"
ZIP_REACH = 22 + 65_535
# Readers of PDF accept the header anywhere in the first KiB.
HEAD = 1024
_ACTIVE = re.compile(rb"<(?:!doctype\s+html|html|script|svg|iframe)\b|<\?php", re.IGNORECASE)


def refuse_second_nature(sample: Sample, *, pdf: bool = False) -> None:
    """Refuse what is also a ZIP (jar, docx …), a PDF, or a page with active content."""
    head = sample.head(HEAD)
    if ZIP_END in sample.tail(ZIP_REACH) or _ACTIVE.search(head):
        raise Refused("polyglot")
    if not pdf and b"%PDF-" in head:
        raise Refused("polyglot")
