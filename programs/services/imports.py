"""Importing a ward's register: read → show → confirm → import as a whole, or not at all.

A small sheet is done while the official waits, a larger one by a worker (programs/tasks.py), with
its progress in the cache: the numbers are for looking at, the rows and times in the database count.
"""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import Any

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.policies import person_id
from portal.kernel import audit, clock, locks
from portal.kernel.actor import Actor
from portal.kernel.files import rules as file_rules
from portal.kernel.files import services as file_services
from portal.kernel.files import storage
from programs.importing import planning, workbook
from programs.importing.columns import ReadRow, read_row
from programs.importing.planning import PlannedRow, Register
from programs.models import ImportJob, ImportRow, Ward
from programs.policies import importing_ward, may_import, visible_imports
from programs.selectors import register_for
from programs.services.errors import PreviewOutdated, Refused
from programs.services.import_writing import CHUNK, insert_new, update_changed

logger = logging.getLogger(__name__)
Outcome = ImportRow.Outcome

PURPOSE = "firm_register"
ROWS_AT_ONCE = 500  # more than this is a worker's job


class Cancelled(Exception):
    """The official stopped the import while it ran."""


class Waiting(Exception):
    """The workbook has not passed the virus scan yet."""


def import_upload(*, actor: Actor, uploaded: UploadedFile) -> ImportJob:
    """Take a workbook of the actor's ward in; reading it comes next. Raises UploadRefused."""
    ward_id = importing_ward(actor)
    stored = file_services.store_upload(
        actor=actor,
        uploaded=uploaded,
        purpose=PURPOSE,
        ward_id=ward_id,
        firm_id=None,
        rules=file_rules.WORKBOOKS,
    )
    with transaction.atomic():
        job = ImportJob.objects.create(
            ward_id=ward_id,
            created_by_id=person_id(actor),
            stored_file=stored,
            file_name=stored.original_name,
        )
        audit.record(
            actor=actor,
            action="firm_import.uploaded",
            obj=job,
            detail={"sha256": stored.sha256},
        )
    return job


def may_read_at_once(job: ImportJob) -> bool:
    """Whether the sheet is small enough to be read while the official waits.

    One that cannot be read counts as small, to say so at once; one in quarantine has to wait.
    """
    if not job.stored_file.is_available:
        return False
    with storage.private().open(job.stored_file.storage_key) as file:
        try:
            count = sum(1 for _row in islice(workbook.rows(file), ROWS_AT_ONCE + 1))
        except workbook.UnreadableWorkbook:
            return True
    return count <= ROWS_AT_ONCE


def import_read(*, actor: Actor, job_id: int) -> ImportJob:
    """Read the sheet and keep what each row would do. Nothing of the register changes.

    A second run (a message delivered twice) finds the work done and changes nothing. Raises
    Waiting while the file is in quarantine, Cancelled when stopped.
    """
    with transaction.atomic():
        job = _own_job(actor, job_id)
        if not _alone(job) or job.phase != ImportJob.Phase.READING:
            return job
        if not job.stored_file.is_available:
            raise Waiting
        try:
            rows = _read_rows(job)
        except workbook.UnreadableWorkbook as error:
            job.problem = str(error)
            job.save(update_fields=["problem"])
            return job
        planned = planning.plan(rows, _register(actor, [row.values for row in rows]))
        ImportRow.objects.bulk_create(
            (
                ImportRow(
                    job=job,
                    number=row.number,
                    outcome=row.outcome,
                    label=row.label[:200],
                    values=row.values,
                    changes=row.changes,
                    errors=row.errors,
                    firm_id=row.firm_id,
                )
                for row in planned
            ),
            batch_size=1_000,
        )
        _finish_reading(job, planned)
    return job


def is_small(job: ImportJob) -> bool:
    """Whether the import itself may be done while the official waits."""
    return job.total <= ROWS_AT_ONCE


def import_confirm(*, actor: Actor, job_id: int) -> ImportJob:
    """Order the import of exactly what was shown. Raises Refused while rows are wrong."""
    with transaction.atomic():
        job = _own_job(actor, job_id, lock=True)
        if job.phase != ImportJob.Phase.READY:
            raise Refused(_("この取込は確認待ちではありません。画面を開き直してください。"))
        if job.counts.get(Outcome.ERROR):
            raise Refused(
                _("誤りのある行があります。ファイルを直して、もう一度読み込んでください。")
            )
        if not job.counts.get(Outcome.NEW) and not job.counts.get(Outcome.CHANGED):
            raise Refused(_("登録または変更する企業がありません。"))
        job.confirmed_at = clock.database_now()
        job.save(update_fields=["confirmed_at"])
        audit.record(actor=actor, action="firm_import.confirmed", obj=job, detail=job.counts)
    return job


def import_apply(*, actor: Actor, job_id: int, today: dt.date) -> ImportJob:
    """Import the confirmed rows in one transaction; on any trouble nothing of them remains.

    Raises PreviewOutdated when the register changed since the preview, Cancelled when stopped.
    """
    with transaction.atomic():
        job = _own_job(actor, job_id)
        if not _alone(job) or job.phase != ImportJob.Phase.IMPORTING:
            return job
        rows = list(job.rows.all())
        _check_nothing_changed(actor, rows)
        new = [row for row in rows if row.outcome == Outcome.NEW]
        changed = [row for row in rows if row.outcome == Outcome.CHANGED]
        for write, part, before in ((insert_new, new, 0), (update_changed, changed, len(new))):
            write(
                actor=actor,
                job=job,
                rows=part,
                today=today,
                tick=partial(_tick, job, before=before),
            )
        _finish_import(job, len(new) + len(changed))
        audit.record(
            actor=actor,
            action="firm_import.finished",
            obj=job,
            detail=job.counts | {"sha256": job.stored_file.sha256},
        )
    return job


def settle(work: Callable[[], ImportJob], *, actor: Actor, job_id: int) -> None:
    """Run reading or importing so that its end, good or bad, is noted on the job.

    Waiting passes through; a cancelled job needs no note; anything unexpected is logged.
    """
    try:
        with transaction.atomic():
            work()
    except Cancelled:
        logger.info("firm import %s was cancelled", job_id)
    except Waiting:
        raise
    except Refused as refusal:
        import_fail(actor=actor, job_id=job_id, problem=str(refusal.message))
    except Exception:
        logger.exception("firm import %s failed", job_id)
        problem = _("取込の途中で問題が起きました。企業の登録内容は変わっていません。")
        import_fail(actor=actor, job_id=job_id, problem=problem)


def import_fail(*, actor: Actor, job_id: int, problem: str) -> None:
    """Note why the import as a whole came to nothing; the rows were rolled back before."""
    with transaction.atomic():
        job = _own_job(actor, job_id, lock=True)
        if job.phase in {ImportJob.Phase.IMPORTING, ImportJob.Phase.READING}:
            job.problem = problem
            job.save(update_fields=["problem"])
            audit.record(actor=actor, action="firm_import.failed", obj=job, reason=problem)


def import_cancel(*, actor: Actor, job_id: int) -> ImportJob:
    """Stop the import; a worker in the middle of it notices and leaves nothing behind."""
    if not may_import(actor):
        raise PermissionDenied
    with transaction.atomic():
        now = clock.database_now()
        open_jobs = visible_imports(actor).filter(
            pk=job_id, finished_at=None, cancelled_at=None, problem=""
        )
        if not open_jobs.update(cancelled_at=now):
            raise Refused(_("この取込はすでに終わっています。"))
        job = visible_imports(actor).get(pk=job_id)
        audit.record(actor=actor, action="firm_import.cancelled", obj=job)
    return job


def progress(job: ImportJob) -> int:
    """Rows handled in the running step; 0 when nobody knows."""
    return int(cache.get(_progress_key(job)) or 0)


def _own_job(actor: Actor, job_id: int, *, lock: bool = False) -> ImportJob:
    if not may_import(actor):
        raise PermissionDenied
    jobs = visible_imports(actor)
    return (jobs.select_for_update() if lock else jobs).get(pk=job_id)


def _alone(job: ImportJob) -> bool:
    taken = locks.take(ImportJob, job.pk)
    job.refresh_from_db()
    return taken


def _read_rows(job: ImportJob) -> list[ReadRow]:
    ward = Ward.objects.get(pk=job.ward_id)
    rows = []
    with storage.private().open(job.stored_file.storage_key) as file:
        for count, (number, cells) in enumerate(workbook.rows(file), start=1):
            rows.append(read_row(number, cells, ward))
            if count % CHUNK == 0:
                _tick(job, count)
    return rows


def _register(actor: Actor, values: list[Any]) -> Register:
    numbers = {row["corporate_number"] for row in values if row.get("corporate_number")}
    with_sole = any("corporate_number" not in row for row in values)
    return register_for(actor=actor, numbers=numbers, with_sole=with_sole)


def _finish_reading(job: ImportJob, planned: list[PlannedRow]) -> None:
    job.counts = dict(Counter(str(row.outcome) for row in planned))
    job.total = len(planned)
    job.read_at = clock.database_now()
    # Compare-and-set: somebody may have cancelled meanwhile.
    ImportJob.objects.filter(pk=job.pk, cancelled_at=None).update(
        counts=job.counts, total=job.total, read_at=job.read_at
    )


def _check_nothing_changed(actor: Actor, rows: list[ImportRow]) -> None:
    again = planning.plan(
        (ReadRow(row.number, row.values) for row in rows),
        _register(actor, [row.values for row in rows]),
    )
    for shown, now in zip(rows, again, strict=True):
        same = (shown.outcome, shown.changes, shown.firm_id) == (
            now.outcome,
            now.changes,
            now.firm_id,
        )
        if not same:
            raise PreviewOutdated(
                _(
                    "確認のあとに企業の登録内容が変わったため、取り込みませんでした（%(row)d行目 "
                    "%(name)s）。ファイルをもう一度読み込み、内容を確かめてください。"
                )
                % {"row": shown.number, "name": shown.label}
            )


def _finish_import(job: ImportJob, imported: int) -> None:
    """Compare-and-set: a cancellation that came first wins, and everything is rolled back."""
    job.finished_at = clock.database_now()
    done = ImportJob.objects.filter(pk=job.pk, cancelled_at=None, finished_at=None).update(
        finished_at=job.finished_at
    )
    if not done:
        raise Cancelled
    _tick(job, imported, check=False)


def _tick(job: ImportJob, done: int, *, before: int = 0, check: bool = True) -> None:
    """Tell how far it is: `done` rows of this step and those `before` it.

    Raises Cancelled when the official has stopped it.
    """
    cache.set(_progress_key(job), before + done, timeout=3600)
    if check and ImportJob.objects.filter(pk=job.pk, cancelled_at__isnull=False).exists():
        raise Cancelled


def _progress_key(job: ImportJob) -> str:
    return f"programs.import.{job.pk}"
