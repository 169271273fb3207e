"""The files of a run: its letters as one PDF and as a ZIP of the originals, or its 決裁資料."""

import tempfile
import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import IO, BinaryIO, cast

import pikepdf
from django.utils.translation import gettext as _

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.files import services as files
from portal.kernel.files import storage
from portal.kernel.files.models import StoredFile
from subsidies.bulk import papers, policies
from subsidies.bulk.models import BulkItem, BulkRun
from subsidies.models import Decision
from subsidies.services.errors import Refused

PURPOSE = "bulk_letters"


def files_make(*, actor: Actor, run: BulkRun) -> None:
    """Both files of a run whose letters exist; kept on the run."""
    letters = _letters(run)
    if not letters:
        return
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as packed:
        _print(letters, printed)
        _pack(letters, packed)
        day = f"{clock.today():%Y%m%d}"
        run.print_file = _store(actor, run, printed, f"通知書-{day}.pdf", "application/pdf")
        run.zip_file = _store(actor, run, packed, f"通知書-{day}.zip", "application/zip")
    run.save(update_fields=["print_file", "zip_file"])


def package_make(*, actor: Actor, run: BulkRun) -> None:
    """決裁資料 of what the run proposed or decided; kept on the run, as it was at its end."""
    done = run.items.filter(outcome=BulkItem.Outcome.DONE).values_list("application_id", flat=True)
    decisions = papers.decisions_of(actor, done)
    if not decisions:
        return
    with tempfile.TemporaryFile() as stream:
        stream.write(papers.package_zip(decisions))
        stream.seek(0)
        name = papers.file_name(f"{clock.today():%Y%m%d}")
        run.zip_file = _store(actor, run, stream, name, "application/zip")
    run.save(update_fields=["zip_file"])


def open_file(*, actor: Actor, public_id: object, which: str) -> tuple[StoredFile, IO[bytes]]:
    """One of the run's files ("print", "zip"); opening it is recorded. Raises Refused."""
    run = policies.get_run(actor, public_id=public_id)
    stored = run.print_file if which == "print" else run.zip_file
    if stored is None or not stored.is_available:
        raise Refused(_("このファイルはありません。もう一度印刷を準備してください。"))
    return stored, files.open_for_download(actor=actor, stored=stored, may=True)


def _letters(run: BulkRun) -> Sequence[StoredFile]:
    """In the order of the run."""
    if run.kind == BulkRun.Kind.LETTERS:
        issued = run.items.filter(outcome=BulkItem.Outcome.DONE)
        return [
            item.letter.stored_file
            for item in issued.select_related("letter__stored_file")
            if item.letter is not None
        ]
    done = run.items.filter(outcome=BulkItem.Outcome.DONE).values_list("application_id", flat=True)
    by_application = {
        decision.application_id: decision.letter
        for decision in Decision.objects.filter(application__in=done).select_related("letter")
    }
    return [letter for pk in done if (letter := by_application.get(pk)) is not None]


def _print(letters: Sequence[StoredFile], stream: IO[bytes]) -> None:
    """One PDF. Each letter begins on a new sheet when both sides are printed."""
    parts = []  # must stay open until the whole is saved
    with pikepdf.new() as merged:
        for letter in letters:
            with storage.private().open(letter.storage_key) as original:
                parts.append(pikepdf.open(BytesIO(original.read())))
            merged.pages.extend(parts[-1].pages)
            if len(merged.pages) % 2:
                size = merged.pages[-1].mediabox
                merged.add_blank_page(page_size=(float(size[2]), float(size[3])))
        merged.save(cast("BinaryIO", stream), deterministic_id=True)
    stream.seek(0)


def _pack(letters: Sequence[StoredFile], stream: IO[bytes]) -> None:
    """The originals, byte for byte, under the names they have for the firms."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for number, letter in enumerate(letters, start=1):
            with storage.on_disk(letter.storage_key) as path:
                archive.write(path, f"{number:04d}_{letter.original_name}")
    stream.seek(0)


def _store(
    actor: Actor, run: BulkRun, stream: IO[bytes], name: str, content_type: str
) -> StoredFile:
    return files.store_generated(
        actor=actor,
        content=stream,
        name=name,
        content_type=content_type,
        purpose=PURPOSE,
        ward_id=run.ward_id,
        firm_id=None,
    )
