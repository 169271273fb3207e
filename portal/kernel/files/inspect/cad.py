"""DXF and DWG: kept as opaque downloads, but truly what their name says."""

import re

from portal.kernel.files.inspect.polyglot import refuse_second_nature
from portal.kernel.files.inspect.verdict import Refused, Sample, Verdict

DXF = "image/vnd.dxf"
DWG = "image/vnd.dwg"
HEAD = 4096
_DWG_VERSION = re.compile(rb"AC10[0-9]{2}")
_DXF_BINARY = b"AutoCAD Binary DXF\r\n\x1a\0"
# Comments (999) may precede the first section.
_DXF_TEXT = re.compile(rb"(?:\s*999\r?\n[^\r\n]*\r?\n)*\s*0\r?\nSECTION\r?\n\s*2\r?\n[A-Z]+\r?\n")
_DXF_END = re.compile(rb"\b0\r?\nEOF\s*\Z")


def inspect_dxf(sample: Sample) -> Verdict:
    """Raises Refused."""
    refuse_second_nature(sample)
    head = sample.head(HEAD)
    if head.startswith(_DXF_BINARY):
        return Verdict(ok=True, content_type=DXF)
    if not _DXF_TEXT.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise Refused("mismatch")
    if b"\0" in head or not _DXF_END.search(sample.tail(HEAD)):
        raise Refused("cad_damaged")
    return Verdict(ok=True, content_type=DXF)


def inspect_dwg(sample: Sample) -> Verdict:
    """Raises Refused."""
    refuse_second_nature(sample)
    if not _DWG_VERSION.match(sample.head(6)):
        raise Refused("mismatch")
    if sample.path.stat().st_size < 128:
        raise Refused("cad_damaged")
    return Verdict(ok=True, content_type=DWG)
