"""Issuing a letter, and making issued ones again to compare them."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from portal.kernel import documents
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import services as files
from portal.kernel.files import storage
from portal.kernel.files.models import StoredFile
from portal.letters.models import Letter, LetterTemplate

PDF = "application/pdf"
Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Maker:
    """What makes a paper that is no PDF (a workbook): its bytes follow from the data alone.

    `engine` names the maker and its version, as the compiler's does; a new version is a new engine.
    """

    engine: str
    content_type: str
    make: Callable[[Data], bytes]


# What stands in a template's place → its maker.
_makers: dict[str, Maker] = {}


def register_maker(name: str, maker: Maker) -> None:
    """Add a kind of paper. Raises ValueError when the name is taken."""
    if name in _makers:
        raise ValueError(f"two makers of papers are called {name}")
    _makers[name] = maker


# Kinds of papers that are handed in to the ward and kept the same way.
_received: set[str] = set()


def register_received(*kinds: str) -> None:
    """Papers of these kinds are kept as letters are, but the ward has not sent them."""
    _received.update(kinds)


def received_kinds() -> frozenset[str]:
    """Kinds that stand on no list of what the ward has issued."""
    return frozenset(_received)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a letter tells of, and to whom."""

    key: str
    kind: str
    case_no: str
    ward_id: int
    firm_id: int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A letter that did not come out as it was issued."""

    letter: Letter
    reason: str

    def __str__(self) -> str:
        return f"{self.letter.key} {self.letter.document_no}: {self.reason}"


def letter_issue(
    *,
    actor: Actor,
    subject: Subject,
    template: str,
    data: Data,
    made_at: dt.datetime,
    issued_on: dt.date,
    file_name: str,
) -> StoredFile:
    """Make the PDF (or what the maker of that name makes), file it and keep its record, in one
    transaction.

    The caller holds a lock on what the letter tells of and has seen that there is none yet.
    `data["document_no"]` is the 文書番号. Raises typst.TypstError when template and data do not fit.
    """
    letter = letter_draft(
        subject=subject, template=template, data=data, made_at=made_at, issued_on=issued_on
    )
    with transaction.atomic():
        stored = files.store_generated(
            actor=actor,
            content=render(letter),
            name=file_name,
            content_type=_makers[template].content_type if template in _makers else PDF,
            purpose=subject.kind,
            ward_id=subject.ward_id,
            firm_id=subject.firm_id,
        )
        letter.sha256, letter.stored_file = stored.sha256, stored
        with acting(actor.elevated()):
            letters_keep([letter])
    return stored


def letter_draft(
    *, subject: Subject, template: str, data: Data, made_at: dt.datetime, issued_on: dt.date
) -> Letter:
    """The unsaved record, with the data as it is frozen and today's template."""
    frozen = json.loads(json.dumps(data, ensure_ascii=False))
    maker = _makers.get(template)
    sources = {template: maker.engine} if maker else documents.sources(template)
    return Letter(
        key=subject.key,
        kind=subject.kind,
        case_no=subject.case_no,
        ward_id=subject.ward_id,
        firm_id=subject.firm_id,
        document_no=frozen.get("document_no", ""),
        issued_on=issued_on,
        made_at=made_at,
        data=frozen,
        template=LetterTemplate(digest=documents.digest(sources), name=template, sources=sources),
        engine=maker.engine if maker else documents.ENGINE,
    )


def letters_keep(drafts: Sequence[Letter]) -> None:
    """Insert records whose files are stored, and the templates that are new. As the system."""
    templates = {letter.template.digest: letter.template for letter in drafts}
    LetterTemplate.objects.bulk_create(templates.values(), ignore_conflicts=True)
    Letter.objects.bulk_create(drafts)


def render(letter: Letter) -> bytes:
    """The letter, made (again) from what is frozen in its record. Raises typst.TypstError."""
    kept = letter.template
    if maker := _makers.get(kept.name):
        return maker.make(letter.data)
    return documents.render_sources(kept.name, kept.sources, letter.data, made_at=letter.made_at)


def letters(*, ward_id: int | None = None) -> Iterator[Letter]:
    """All letters, or those of a ward, oldest first. Within acting(system)."""
    rows = Letter.objects.select_related("template", "stored_file").order_by("pk")
    yield from (rows if ward_id is None else rows.filter(ward_id=ward_id)).iterator(500)


def difference(letter: Letter) -> Difference | None:
    """How the letter differs from what was issued: its file, its template, or what they make."""
    if documents.digest(letter.template.sources) != letter.template.digest:
        return Difference(letter, "the kept template is not the one it was made with")
    if letter.stored_file.sha256 != letter.sha256:
        return Difference(letter, "the file's record carries another SHA-256")
    if letter.stored_file.erased_at is not None:
        return None  # disposed of with its case: number and digest are all that is kept
    if letter.stored_file.is_available and _stored_sha256(letter.stored_file) != letter.sha256:
        return Difference(letter, "the file's bytes are missing or changed")
    try:
        made = hashlib.sha256(render(letter)).hexdigest()
    except documents.TypstError as error:
        return Difference(letter, f"it cannot be made again: {error}")
    if made == letter.sha256:
        return None
    maker = _makers.get(letter.template.name)
    today = maker.engine if maker else documents.ENGINE
    made_with = "" if letter.engine == today else f", it was made with {letter.engine}"
    return Difference(letter, f"made again it has SHA-256 {made}{made_with}")


def _stored_sha256(stored: StoredFile) -> str:
    """Empty where the bytes are gone."""
    try:
        with storage.private().open(stored.storage_key) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
