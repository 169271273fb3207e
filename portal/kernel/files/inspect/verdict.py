"""The answer of an inspection. Nothing in this package imports Django or reads settings."""

from dataclasses import dataclass
from pathlib import Path


class Refused(Exception):
    """The file is refused; `code` is one of portal.kernel.files.reasons."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the structure is what the extension says, and harmless.

    `content_type` is ours, found by structure. `has_preview` tells that a re-encoded image was
    written beside it.
    """

    ok: bool
    content_type: str = ""
    reason_code: str = ""
    has_preview: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """The file under inspection, and where a preview may be written."""

    path: Path
    extension: str
    preview: Path | None = None

    def head(self, size: int) -> bytes:
        with self.path.open("rb") as stream:
            return stream.read(size)

    def tail(self, size: int) -> bytes:
        with self.path.open("rb") as stream:
            stream.seek(max(0, self.path.stat().st_size - size))
            return stream.read(size)
