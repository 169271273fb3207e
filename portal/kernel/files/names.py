"""File names as people send them: made safe to show, to store and to put into a header."""

import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import quote

LONGEST = 100  # characters
LONGEST_BYTES = 200  # of UTF-8: Windows and ext4 stop at 255, a header quotes each byte
LONGEST_EXTENSION = 8
NAMELESS = "file"

# Control, format (RTL override, zero width) and surrogate characters, line and paragraph ends.
# Private-use characters (外字) and variation selectors (葛󠄀) stay: they are part of names.
_DROPPED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(?:\..*)?", re.IGNORECASE)
_DOTS = re.compile(r"[.．]")
# RFC 8187, attr-char.
_ATTR_CHARS = "!#$&+-.^_`|~"


def split(raw: str) -> tuple[str, str]:
    """(safe stem, extension) of a name somebody sent; the extension is plain lower-case ASCII.

    `C:\\fakepath\\見積．ＰＤＦ` → ("見積", "pdf"); ("…", "") where there is none.
    """
    last = re.split(r"[\\/]", raw)[-1]
    plain = "".join(
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", last)
        if unicodedata.category(character) not in _DROPPED or character in "\t\n\r"
    )
    *stem, extension = _DOTS.split(plain) if _DOTS.search(plain) else [plain, ""]
    extension = unicodedata.normalize("NFKC", extension).strip().lower()
    if not re.fullmatch(rf"[a-z0-9]{{1,{LONGEST_EXTENSION}}}", extension):
        return _stem(plain), ""
    return _stem(".".join(stem)), extension


def clean(raw: str) -> str:
    """The name to show and to offer for download; never empty."""
    stem, extension = split(raw)
    return f"{stem}.{extension}" if extension else stem


def content_disposition(name: str, *, inline: bool = False) -> str:
    """RFC 6266 header value with an ASCII fallback and the full name in UTF-8."""
    safe = clean(name)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{_ascii(safe)}\"; filename*=UTF-8''{quote(safe, safe=_ATTR_CHARS)}"


def _stem(text: str) -> str:
    """Without what a file system refuses, blanks and dots at the ends, and undue length."""
    text = re.sub(r" {2,}", " ", _FORBIDDEN.sub("_", text)).strip(" .")[:LONGEST]
    while len(text.encode()) > LONGEST_BYTES:
        text = text[:-1]
    text = text.strip(" .") or NAMELESS
    return f"_{text}" if _RESERVED.fullmatch(text) else text


def _ascii(name: str) -> str:
    """A fallback for ancient clients; `%` is avoided because some decode it."""
    path = PurePosixPath(name)
    stem = re.sub(r"[^A-Za-z0-9 ._()-]+", "_", path.stem).strip("_ .")
    return f"{stem or NAMELESS}{path.suffix if path.suffix.isascii() else ''}"
