"""The ZIP of a case, written file by file: memory does not grow with the documents."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.auditing.bundle.contents import Paper
from portal.kernel.files import names, storage
from portal.kernel.files.models import StoredFile

FORMAT = "machikoba-case-bundle-1"
MANIFEST = "manifest.json"
SOURCES = Path(settings.BASE_DIR) / "templates" / "documents" / "bundle"
CHUNK = 1 << 16
# Why a file is not in the bundle; the manifest has the code beside it.
REASONS: dict[str, str | Promise] = {
    "erased": _("消去済みです（保存期間の満了など）。"),
    "refused": _("受け取らなかったファイルです。"),
    "quarantine": _("安全性の確認が終わっていません。"),
    "lost": _("保管場所にファイルがありません。"),
}


def verify_script() -> bytes:
    """verify.py, as it goes into every bundle."""
    return (SOURCES / "verify.py").read_bytes()


@dataclass
class Bundle:
    """A ZIP under way with its manifest: what is in it, and what is not."""

    archive: zipfile.ZipFile
    files: list[dict[str, Any]] = field(default_factory=list)
    missing: list[dict[str, Any]] = field(default_factory=list)

    def add(self, path: str, content: bytes, title: str = "") -> None:
        """A file made here."""
        with self.archive.open(path, "w") as target:
            target.write(content)
        self._list(path, len(content), hashlib.sha256(content).hexdigest(), title)

    def add_json(self, path: str, content: Any, title: str = "") -> None:
        """A file of data; keys in order, so that the same rows make the same bytes."""
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1)
        self.add(path, text.encode(), title)

    def add_papers(self, papers: Iterable[Paper], tick: Callable[[int], None]) -> None:
        """The case's files under their own names made safe; what is not there is told."""
        for number, paper in enumerate(papers, start=1):
            stored = paper.stored
            name = names.clean(stored.original_name or f"{stored.purpose}.{stored.extension}")
            if reason := self._absent(stored):
                self._miss(paper, name, reason)
            else:
                try:
                    with storage.private().open(stored.storage_key) as reader:
                        self._copy(f"{paper.folder}/{number:04d}_{name}", paper, reader)
                except FileNotFoundError:
                    self._miss(paper, name, "lost")
            tick(number)

    def _absent(self, stored: StoredFile) -> str:
        if stored.erased_at is not None:
            return "erased"
        return "" if stored.state == StoredFile.State.CLEAN else stored.state

    def _copy(self, path: str, paper: Paper, reader: IO[bytes]) -> None:
        found, size = hashlib.sha256(), 0
        # The first read tells whether the bytes are there, before the ZIP has an entry.
        chunk = reader.read(CHUNK)
        with self.archive.open(path, "w") as target:
            while chunk:
                found.update(chunk)
                size += len(chunk)
                target.write(chunk)
                chunk = reader.read(CHUNK)
        self._list(path, size, found.hexdigest(), paper.title, recorded=paper.stored.sha256)

    def _list(self, path: str, size: int, sha256: str, title: str, *, recorded: str = "") -> None:
        entry: dict[str, Any] = {"path": path, "size": size, "sha256": sha256, "title": title}
        self.files.append(entry | ({"recorded_sha256": recorded} if recorded else {}))

    def _miss(self, paper: Paper, name: str, reason: str) -> None:
        self.missing.append(
            {
                "title": paper.title,
                "name": name,
                "file": str(paper.stored.pk),
                "recorded_sha256": paper.stored.sha256,
                "reason": str(REASONS[reason]),
                "code": reason,
            }
        )

    def close(self, about: dict[str, Any]) -> tuple[str, list[str]]:
        """Write the manifest; returns its SHA-256 and the files that are not what was handed in."""
        manifest = {"format": FORMAT, **about, "files": self.files, "missing": self.missing}
        text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        with self.archive.open(MANIFEST, "w") as target:
            target.write(text)
        self.archive.close()
        changed = [
            entry["path"]
            for entry in self.files
            if entry.get("recorded_sha256", entry["sha256"]) != entry["sha256"]
        ]
        return hashlib.sha256(text).hexdigest(), changed
