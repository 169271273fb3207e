"""Official papers of the past, made as `portal.letters` makes them, but stored in one go."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from portal.kernel import clock
from portal.kernel.files import storage
from portal.kernel.files.models import StoredFile
from portal.letters.models import Letter
from portal.letters.services import PDF, Subject, letter_draft, letters_keep, render


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper to be made; `file_it` gets the stored file to point to."""

    subject: Subject
    template: str
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
        letters = [_draft(paper) for paper in self.papers]
        stored = [
            self._store(paper, render(letter))
            for paper, letter in zip(self.papers, letters, strict=True)
        ]
        StoredFile.objects.bulk_create(stored)
        for letter, row in zip(letters, stored, strict=True):
            letter.sha256, letter.stored_file = row.sha256, row
        letters_keep(letters)
        for paper, row in zip(self.papers, stored, strict=True):
            paper.file_it(row)
        return len(stored)

    def _store(self, paper: Paper, content: bytes) -> StoredFile:
        key = storage.new_key(storage.CLEAN)
        size, digest = storage.write(BytesIO(content), key, limit=len(content))
        return StoredFile(
            id=self.new_id(),
            ward_id=paper.subject.ward_id,
            firm_id=paper.subject.firm_id,
            purpose=paper.subject.kind,
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


def _draft(paper: Paper) -> Letter:
    return letter_draft(
        subject=paper.subject,
        template=paper.template,
        data=paper.data,
        made_at=paper.made_at,
        issued_on=clock.to_date(paper.made_at),
    )
