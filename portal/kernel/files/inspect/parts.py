"""The parts of an xlsx or docx: which names may occur, and what their content must not hold."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from xml.parsers import expat

from portal.kernel.files.inspect.verdict import Refused

_FORBIDDEN_NAMES = (
    (re.compile(r"vbaproject|vbadata|macrosheets/|intlmacrosheets/|dialogsheets/"), "office_macro"),
    (re.compile(r"activex/|embeddings/|oleobject"), "office_embedded"),
    (re.compile(r"externallinks/|querytables/|(?:^|/)connections\.xml$"), "office_external"),
)
_XML = {".xml", ".rels", ".vml"}
_PICTURES = {".png", ".jpg", ".jpeg", ".jpe", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf"}
_OTHER = {".svg", ".wdp", ".jxr", ".odttf", ".bin"}
ALLOWED = _XML | _PICTURES | _OTHER
# Archives, programs and old Office documents, whatever they are called.
_FOREIGN = (
    b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"MZ", b"\x7fELF", b"Rar!", b"7z\xbc\xaf",
    b"\x1f\x8b", b"%PDF-", b"{\\rtf", b"MSCF", b"ITSF",
)  # fmt: skip
_ENCODINGS = {None, "utf-8", "us-ascii", "ascii"}
# Longest piece of a formula or field looked at across two chunks.
OVERLAP = 2048

# A DDE reference in a formula: program|topic!item. Excel knows no other use of the bar.
_DDE_FORMULA = re.compile(
    rb"<(?:\w+:)?f\b[^<>]*>[^<\"]{0,512}?[A-Za-z](?:\||&#0*124;|&#[xX]0*7[cC];)[^<]{1,512}!"
)
# Word fields that start a program or fetch something from elsewhere when updated.
_FIELD = re.compile(
    r"\bDDE(?:AUTO)?\b|\bQUOTE\s+\d+\s+\d|\bINCLUDE(?:TEXT|PICTURE)\b", re.IGNORECASE
)


def check_name(name: str) -> None:
    """Raises Refused for a part no plain workbook or document needs."""
    lower = name.lower()
    for pattern, code in _FORBIDDEN_NAMES:
        if pattern.search(lower):
            raise Refused(code)
    if PurePosixPath(lower).suffix not in ALLOWED and lower != "_rels/.rels":
        raise Refused("office_embedded")


def check_content(name: str, chunks: Iterable[bytes]) -> None:
    """Read a part to its end (so that sizes and checksums are checked) and look into XML."""
    lower = name.lower()
    suffix = PurePosixPath(lower).suffix or ".rels"
    watch = _Xml(fields=lower.startswith("word/")) if suffix in {".xml", ".rels", ".svg"} else None
    first = True
    for chunk in chunks:
        if first and chunk.startswith(_FOREIGN):
            raise Refused("office_embedded")
        first = False
        if watch:
            watch.feed(chunk)
    if watch:
        watch.close()


class _Xml:
    """Well-formed UTF-8 XML without a document type, hence without entities to expand."""

    def __init__(self, *, fields: bool) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.XmlDeclHandler = self._declaration
        self._rest = b""
        self._began = False
        self._field: list[str] | None = [] if fields else None
        self._in_field = False
        if fields:
            self._parser.StartElementHandler = self._start
            self._parser.EndElementHandler = self._end
            self._parser.CharacterDataHandler = self._text

    def feed(self, chunk: bytes) -> None:
        if not self._began and (chunk[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in chunk[:4]):
            raise Refused("office_damaged")
        self._began = True
        if _DDE_FORMULA.search(self._rest + chunk):
            raise Refused("office_external")
        self._rest = (self._rest + chunk)[-OVERLAP:]
        self._parse(chunk, final=False)

    def close(self) -> None:
        self._parse(b"", final=True)
        if self._field and _FIELD.search("".join(self._field)):
            raise Refused("office_external")

    def _parse(self, chunk: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(chunk, final)
        except expat.ExpatError:
            raise Refused("office_damaged") from None

    def _doctype(self, *_: object) -> None:
        raise Refused("office_damaged")

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding.lower() if encoding else None) not in _ENCODINGS:
            raise Refused("office_damaged")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        plain = tag.rpartition(":")[2]
        self._in_field = plain == "instrText"
        if plain == "fldSimple" and self._field is not None:
            self._field += [value for key, value in attributes.items() if key.endswith("instr")]
            self._field.append(" ")
        if plain == "fldChar" and self._field is not None:
            self._field.append(" ")

    def _end(self, _tag: str) -> None:
        self._in_field = False

    def _text(self, text: str) -> None:
        if self._in_field and self._field is not None:
            self._field.append(text)
