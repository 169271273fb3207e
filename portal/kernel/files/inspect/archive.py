"""ZIP: sound, without anything hidden, and no bigger inside than we are willing to read."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.kernel.files.inspect.verdict import Refused

ENTRIES = 2_000
INFLATED = 200 * 1024**2
RATIO = 100
# Small parts compress arbitrarily well; the ratio counts from here.
RATIO_FROM = 1024**2
WHOLE_PART = 5 * 1024**2
CHUNK = 256 * 1024
END_SIZE = 22
DESCRIPTOR = 24
_BAD_NAME = re.compile(r"\A/|\A[A-Za-z]:|\\|[\x00-\x1f]|(?:\A|/)\.\.?(?:/|\Z)|//")
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive; whatever the reader trips over means `office_damaged`."""
    _check_end(path)
    try:
        with zipfile.ZipFile(path) as package:
            yield package
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        KeyError,
        NotImplementedError,
        OSError,
        RuntimeError,
        UnicodeError,
    ):
        raise Refused("office_damaged") from None


def _check_end(path: Path) -> None:
    """The end record is the very end: no comment, nothing appended; and not too many entries."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(0, size - END_SIZE))
        end = stream.read(END_SIZE)
        stream.seek(0)
        if not end.startswith(b"PK\x05\x06") or end[20:] != b"\0\0":
            stream.seek(max(0, size - END_SIZE - 65_535))
            appended = b"PK\x05\x06" in stream.read()
            raise Refused("trailing_data" if appended else "office_damaged")
    (entries,) = struct.unpack_from("<H", end, 10)
    if entries > ENTRIES:
        raise Refused("office_bomb")


def check_names(package: zipfile.ZipFile) -> list[str]:
    """The names of the parts: unique, relative, unencrypted."""
    infos = package.infolist()
    if len(infos) > ENTRIES:
        raise Refused("office_bomb")
    seen: set[str] = set()
    for info in infos:
        if info.flag_bits & 0x1:
            raise Refused("office_encrypted")
        name = info.orig_filename
        if _BAD_NAME.search(name) or name.lower() in seen:
            raise Refused("office_damaged")
        if info.compress_type not in _METHODS:
            raise Refused("office_damaged")
        seen.add(name.lower())
    return [info.filename for info in infos if not info.is_dir()]


def check_layout(package: zipfile.ZipFile, path: Path) -> None:
    """The entries lie one behind the other from the first byte on: no gap, no overlap."""
    at = 0
    with path.open("rb") as stream:
        for info in sorted(package.infolist(), key=lambda each: each.header_offset):
            if not at <= info.header_offset <= at + (DESCRIPTOR if at else 0):
                raise Refused("polyglot")
            stream.seek(info.header_offset)
            header = stream.read(30)
            if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
                raise Refused("office_damaged")
            name, extra = struct.unpack_from("<HH", header, 26)
            at = info.header_offset + 30 + name + extra + info.compress_size
    if not at <= package.start_dir <= at + DESCRIPTOR:
        raise Refused("polyglot")


class Inflater:
    """Reads parts and counts what comes out, over the whole archive."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        self._total = 0

    def chunks(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """A part piece by piece. Raises Refused once it or the sum grows beyond the limits."""
        out = 0
        with self._package.open(info) as stream:
            while chunk := stream.read(CHUNK):
                out += len(chunk)
                self._total += len(chunk)
                too_dense = out > RATIO_FROM and out > RATIO * max(info.compress_size, 1)
                if too_dense or self._total > INFLATED:
                    raise Refused("office_bomb")
                yield chunk

    def whole(self, name: str) -> bytes:
        """A small part at once (content types, relationships)."""
        info = self._package.getinfo(name)
        if info.file_size > WHOLE_PART:
            raise Refused("too_heavy")
        return self._package.read(info)
