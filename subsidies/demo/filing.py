"""Official papers of the past, made as `subsidies.services.papers` makes them, but in one go."""

import datetime as dt
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from portal.kernel.documents import render_pdf
from portal.kernel.files import storage
from portal.kernel.files.models import StoredFile
from subsidies.models import Application
from subsidies.services.papers import PDF

# Typst works outside Python's lock, so two papers are made at a time.
THREADS = 2


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper to be made; `file_it` gets the stored file to point to."""

    application: Application
    template: str
    purpose: str
    name: str
    data: dict[str, Any]
    made_at: dt.datetime
    file_it: Callable[[StoredFile], None]


@dataclass
class Filing:
    """Collects papers, then makes and stores them all. `new_id` gives the files' keys."""

    new_id: Callable[[], uuid.UUID]
    papers: list[Paper] = field(default_factory=list)

    def make(self) -> int:
        """Render, store and file; returns how many."""
        with ThreadPoolExecutor(THREADS) as pool:
            stored = [
                self._store(paper, content)
                for paper, content in zip(self.papers, pool.map(_render, self.papers), strict=True)
            ]
        StoredFile.objects.bulk_create(stored)
        for paper, row in zip(self.papers, stored, strict=True):
            paper.file_it(row)
        return len(stored)

    def _store(self, paper: Paper, content: bytes) -> StoredFile:
        key = storage.new_key(storage.CLEAN)
        size, digest = storage.write(BytesIO(content), key, limit=len(content))
        return StoredFile(
            id=self.new_id(),
            ward_id=paper.application.ward_id,
            firm_id=paper.application.firm_id,
            purpose=paper.purpose,
            original_name=paper.name,
            extension="pdf",
            content_type=PDF,
            size=size,
            sha256=digest,
            state=StoredFile.State.CLEAN,
            checked_at=paper.made_at,
            created_at=paper.made_at,
            storage_key=key,
        )


def _render(paper: Paper) -> bytes:
    # Typst wants a fixed offset; UTC is what the services' moments carry.
    return render_pdf(paper.template, paper.data, made_at=paper.made_at.astimezone(dt.UTC))
