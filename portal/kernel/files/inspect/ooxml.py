"""xlsx and docx: an archive of parts, each of which must be known and harmless.

Sniffers cannot tell a workbook from one with macros; the content types, the relationships and
the names of the parts can.
"""

import re
from collections.abc import Callable
from urllib.parse import unquote

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from portal.kernel.files.inspect import archive, parts
from portal.kernel.files.inspect.verdict import Refused, Sample, Verdict

MAIN_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
}
CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The name of the stream that holds a password-protected document, in UTF-16.
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")

_FORBIDDEN_TYPES = (
    (re.compile(r"macro|vba", re.IGNORECASE), "office_macro"),
    (re.compile(r"activex|oleobject|officedocument\.package", re.IGNORECASE), "office_embedded"),
    (re.compile(r"externallink|connections|querytable", re.IGNORECASE), "office_external"),
)
_FORBIDDEN_RELATIONS = (
    (
        re.compile(r"/(?:vbaProject|wordVbaData|xlMacrosheet|xlIntlMacrosheet)$", re.IGNORECASE),
        "office_macro",
    ),
    (
        re.compile(
            r"/(?:oleObject|package|control|activeX\w*|aFChunk|subDocument)$", re.IGNORECASE
        ),
        "office_embedded",
    ),
    (
        re.compile(r"/(?:externalLink\w*|attachedTemplate|connections|queryTable)$", re.IGNORECASE),
        "office_external",
    ),
)
_LINK = re.compile(r"\A(?:https?|mailto|tel):|\A#|\A[^:\\]*\Z", re.IGNORECASE)
_LOCAL_FILE = re.compile(r"\A(?:file:///)?[A-Za-z]:[\\/]|\A[^:]*\Z", re.IGNORECASE)


def inspect(sample: Sample) -> Verdict:
    """Raises Refused."""
    _check_magic(sample)
    with archive.opened(sample.path) as package:
        names = archive.check_names(package)
        archive.check_layout(package, sample.path)
        for name in names:
            parts.check_name(name)
        read = archive.Inflater(package)
        for info in package.infolist():
            if not info.is_dir():
                parts.check_content(info.filename, read.chunks(info))
        _check_types(read.whole("[Content_Types].xml"), names, sample.extension)
        for name in names:
            if name.lower().endswith(".rels"):
                _check_relations(read.whole(name))
    return Verdict(ok=True, content_type=CONTENT_TYPES[sample.extension])


def _check_magic(sample: Sample) -> None:
    head = sample.head(8)
    if head == OLD_OFFICE:
        encrypted = ENCRYPTED_STREAM in sample.path.read_bytes()
        raise Refused("office_encrypted" if encrypted else "office_old")
    if not head.startswith(b"PK\x03\x04"):
        raise Refused("mismatch")


def _attributes(xml: bytes, visit: Callable[[str, dict[str, str]], None]) -> None:
    try:
        root = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        raise Refused("office_damaged") from None
    for element in root.iter():
        visit(element.tag.rpartition("}")[2], dict(element.attrib))


def _check_types(xml: bytes, names: list[str], extension: str) -> None:
    """[Content_Types].xml: the main part is what the extension says; no dangerous type."""
    mains: list[str] = []
    binaries: set[str] = set()

    def visit(tag: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("ContentType", "")
        for pattern, code in _FORBIDDEN_TYPES:
            if pattern.search(kind):
                raise Refused(code)
        if tag == "Override" and kind.endswith(".main+xml"):
            mains.append(kind)
            if attributes.get("PartName", "").lstrip("/").lower() not in lower:
                raise Refused("office_damaged")
        if "printerSettings" in kind:
            binaries.add(attributes.get("PartName", "").lstrip("/").lower())
            binaries.add("." + attributes.get("Extension", "").lower())

    lower = {name.lower() for name in names}
    _attributes(xml, visit)
    if mains != [MAIN_TYPES[extension]]:
        raise Refused("mismatch" if mains else "office_damaged")
    for name in lower:
        if name.endswith(".bin") and name not in binaries and ".bin" not in binaries:
            raise Refused("office_embedded")


def _check_relations(xml: bytes) -> None:
    """A .rels part: nothing outside the file is fetched when it is opened."""

    def visit(tag: str, attributes: dict[str, str]) -> None:
        if tag != "Relationship":
            return
        kind, target = attributes.get("Type", ""), unquote(attributes.get("Target", ""))
        for pattern, code in _FORBIDDEN_RELATIONS:
            if pattern.search(kind):
                raise Refused(code)
        if attributes.get("TargetMode", "").lower() == "external":
            if not kind.endswith("/hyperlink") or not _harmless_link(target):
                raise Refused("office_external")
        elif ":" in target or target.startswith(("\\\\", "//")):
            raise Refused("office_external")

    _attributes(xml, visit)


def _harmless_link(target: str) -> bool:
    """A link somebody has to click; not one that hands Windows credentials to a server."""
    target = target.strip()
    if target.startswith(("\\\\", "//")):
        return False
    return bool(_LINK.match(target) or _LOCAL_FILE.match(target))
