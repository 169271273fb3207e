"""The seam to where bytes lie: Django's storage "private", a folder by default, S3 by setting.

Names are UUIDs below `quarantine/` or `clean/`; what a person called the file never reaches the
file system. A web server may be given `clean/` to serve (X_ACCEL_PREFIX), never `quarantine/`.
"""

import datetime as dt
import hashlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import Storage, storages

QUARANTINE = "quarantine"
CLEAN = "clean"


class TooLarge(Exception):
    """More bytes came than the rules allow; reading stopped there."""


def private() -> Storage:
    """The storage of private files."""
    return storages["private"]


def new_key(prefix: str) -> str:
    """A fresh, unguessable, sharded key: `quarantine/3f/9a/3f9a….`"""
    name = uuid.uuid4().hex
    return f"{prefix}/{name[:2]}/{name[2:4]}/{name}"


class Measured(File):  # type: ignore[type-arg]
    """Counts and digests a stream while the storage reads it; stops it at `limit` bytes."""

    def __init__(self, stream: IO[bytes], *, limit: int) -> None:
        super().__init__(stream, name="upload")
        self._stream = stream
        self._limit = limit
        self._start()

    def _start(self) -> None:
        self.bytes_read = 0
        self._digest = hashlib.sha256()

    def seek(self, offset: int, whence: int = 0) -> int:
        """Rewinding starts the count anew: storages rewind before they read."""
        self._start()
        return self._stream.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        self.bytes_read += len(chunk)
        if self.bytes_read > self._limit:
            raise TooLarge
        self._digest.update(chunk)
        return chunk

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


def write(stream: IO[bytes], key: str, *, limit: int) -> tuple[int, str]:
    """Stream bytes to `key`; returns their number and SHA-256. Raises TooLarge.

    Whatever goes wrong, nothing is left behind.
    """
    measured = Measured(stream, limit=limit)
    try:
        saved = private().save(key, measured)
        _verify(key, saved, measured)
    except BaseException:
        erase(key)
        raise
    return measured.bytes_read, measured.sha256


def _verify(key: str, saved: str, measured: Measured) -> None:
    if saved != key or private().size(key) != measured.bytes_read:
        raise OSError("the storage kept something else than what was sent")


def release(key: str) -> str:
    """Let the bytes appear under `clean/` as well; returns that key.

    The caller erases the one in quarantine once the row that names the new one is committed.
    """
    target = f"{CLEAN}/{_bare(key)}"
    store = private()
    try:
        source_path, target_path = Path(store.path(key)), Path(store.path(target))
    except NotImplementedError:  # not a file system
        with store.open(key) as stream:
            return store.save(target, stream)
    target_path.parent.mkdir(parents=True, exist_ok=True)
    target_path.unlink(missing_ok=True)  # of an earlier attempt that was rolled back
    os.utime(source_path)  # young again, so that no sweep takes the new name for an orphan
    try:
        os.link(source_path, target_path)
    except OSError:  # a file system without hard links
        shutil.copy(source_path, target_path)
    return target


def erase(*keys: str) -> None:
    """Delete the bytes; keys without any are no error."""
    for key in keys:
        if key:
            private().delete(key)


def discard(*keys: str) -> None:
    """Delete the bytes wherever they have got to: in quarantine and released."""
    for key in filter(None, keys):
        erase(f"{QUARANTINE}/{_bare(key)}", f"{CLEAN}/{_bare(key)}")


def _bare(key: str) -> str:
    return key.removeprefix(f"{QUARANTINE}/").removeprefix(f"{CLEAN}/")


@contextmanager
def on_disk(key: str) -> Iterator[Path]:
    """The bytes as a local file, for the inspection: the file itself or a temporary copy."""
    try:
        yield Path(private().path(key))
    except NotImplementedError:
        with private().open(key) as stream, tempfile.NamedTemporaryFile() as copy:
            shutil.copyfileobj(stream, copy)
            copy.flush()
            yield Path(copy.name)


def keys(prefix: str) -> Iterator[str]:
    """All keys below a prefix."""
    try:
        folders, files = private().listdir(prefix)
    except FileNotFoundError:
        return
    for name in files:
        yield f"{prefix}/{name}"
    for folder in folders:
        yield from keys(f"{prefix}/{folder}")


def modified_at(key: str) -> dt.datetime:
    """When the bytes were written (aware)."""
    moment: Any = private().get_modified_time(key)
    return moment  # type: ignore[no-any-return]
