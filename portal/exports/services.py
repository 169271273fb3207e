"""Ordering, making, cancelling and expiring exports; see the package's docstring.

Making runs in one transaction under the ordering person's hat. Progress goes to the cache: it is
for looking at, the job's times count.
"""

import datetime as dt
import logging
import tempfile
from collections.abc import Callable, Mapping
from typing import IO

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.accounts import hats
from portal.accounts.policies import person_id
from portal.exports import reports, writers
from portal.exports.models import ExportJob
from portal.exports.policies import get_job, visible_jobs
from portal.exports.reports import Params, Report
from portal.kernel import audit, clock, locks
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import services as files
from portal.kernel.files import storage

logger = logging.getLogger(__name__)

ROWS_AT_ONCE = 5_000  # more than this is a worker's job
TICK = 1_000
KEPT = dt.timedelta(days=7)
MOST_ATTEMPTS = 5
LOST_AFTER = dt.timedelta(seconds=60)
PURPOSE = "export"
LANGUAGE = "ja"  # officials' files are Japanese, whoever's screen ordered them
Tick = Callable[[int], None]


class Refused(Exception):
    """The export cannot be had like this; the text says what to do."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message


class Cancelled(Exception):
    """The person stopped the export while it was made."""


def write(
    *, actor: Actor, report: Report, params: Params, file_format: str, stream: IO[bytes], tick: Tick
) -> int:
    """Write the whole report to `stream`; returns the rows. `tick` hears of every TICK rows."""
    count = 0
    with translation.override(LANGUAGE):
        made = writers.writer(file_format, stream, report.columns, str(report.title))
        for cells in report.rows(actor, params):
            made.row(cells)
            count += 1
            if count % TICK == 0:
                tick(count)
        made.close()
    return count


def take(
    *, actor: Actor, report: Report, params: Params, file_format: str
) -> tuple[IO[bytes], str]:
    """A small export at once: the open file and its name. Raises PermissionDenied, Refused."""
    if not report.may(actor):
        raise PermissionDenied
    require_ready(actor, report, params, file_format)
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        rows = write(
            actor=actor,
            report=report,
            params=params,
            file_format=file_format,
            stream=stream,
            tick=lambda _rows: None,
        )
        detail = _detail(report.code, params, file_format) | {"rows": rows}
        audit.record(actor=actor, action="export.taken", detail=detail)
    except BaseException:
        stream.close()
        raise
    stream.seek(0)
    return stream, file_name(report, file_format, clock.today())


def require_ready(actor: Actor, report: Report, params: Params, file_format: str) -> None:
    """Raises Refused, on record, as long as the list is nobody's yet."""
    if why := report.refusal(actor, params):
        detail = _detail(report.code, params, file_format)
        audit.record(actor=actor, action="export.refused", reason=why, detail=detail)
        raise Refused(why)


def export_order(
    *, actor: Actor, code: str, params: Mapping[str, str], file_format: str
) -> ExportJob:
    """Have a worker make the file. Raises PermissionDenied, or Refused where it would not fit."""
    report = reports.find(code)
    if report is None or file_format not in writers.CONTENT_TYPES or not report.may(actor):
        raise PermissionDenied
    require_ready(actor, report, params, file_format)
    total = report.count(actor, params)
    most = writers.MOST_ROWS[file_format]
    if most is not None and total > most:
        raise Refused(_("Excelに書ける行数を超えています。CSVを選ぶか、条件で絞り込んでください。"))
    option = hats.HatOption(actor.hat, actor.roles, actor.ward_id, actor.firm_id)
    with transaction.atomic():
        job = ExportJob.objects.create(
            report=code,
            params=dict(params),
            file_format=file_format,
            ward_id=actor.ward_id,
            firm_id=actor.firm_id,
            created_by_id=person_id(actor),
            hat=option.key,
            total=total,
        )
        audit.record(
            actor=actor,
            action="export.ordered",
            obj=job,
            detail=_detail(code, params, file_format),
        )
        # Without the broker the sweep sends it a little later.
        transaction.on_commit(lambda: _send(job.pk), robust=True)
    return job


def _send(job_id: int) -> None:
    from portal.exports import tasks

    tasks.make.apply_async((job_id,), retry=False)


def export_make(*, job_id: int, today: dt.date) -> None:
    """Make the file of a job, unless that is done or somebody else is at it.

    A job whose worker was killed is begun anew; after MOST_ATTEMPTS it is given up. Any end, good
    or bad, is noted on the job.
    """
    with locks.held(ExportJob, job_id) as mine:
        if mine:
            _attempt(job_id, today)


def _attempt(job_id: int, today: dt.date) -> None:
    actor = _begin(job_id, today)
    if actor is None:
        return
    try:
        with acting(actor):
            _make(actor, job_id, today)
    except Cancelled:
        logger.info("export %s was cancelled", job_id)
    except Exception:
        logger.exception("export %s failed", job_id)
        with acting(actor):
            _fail(actor, job_id, _("作成の途中で問題が起きました。もう一度申し込んでください。"))


def _begin(job_id: int, today: dt.date) -> Actor | None:
    """Count the attempt and find the hat; None where there is nothing to do (any more)."""
    system = Actor.system("exports.make")
    with acting(system):
        job = ExportJob.objects.filter(pk=job_id).first()
        if job is None or not _alone(job) or job.phase != ExportJob.Phase.WORKING:
            return None
        if job.attempts >= MOST_ATTEMPTS:
            _fail(
                system,
                job_id,
                _("何度か試しましたが作成できませんでした。条件で絞り込んでください。"),
            )
            return None
        job.attempts += 1
        job.save(update_fields=["attempts"])
        actor = hats.wearer(job.created_by, job.hat, today)
        if actor is None:
            _fail(system, job_id, _("申し込んだときの役割が終わっているため、作成しませんでした。"))
    return actor


def _make(actor: Actor, job_id: int, today: dt.date) -> None:
    job = get_job(actor, pk=job_id)
    report = reports.find(job.report)
    if not _alone(job) or job.phase != ExportJob.Phase.WORKING:
        return
    if report is None or not report.may(actor):
        _fail(actor, job_id, _("この一覧を書き出す権限がありません。"))
        return
    if why := report.refusal(actor, job.params):
        _fail(actor, job_id, why)
        return
    with tempfile.TemporaryFile() as stream:
        rows = write(
            actor=actor,
            report=report,
            params=job.params,
            file_format=job.file_format,
            stream=stream,
            tick=lambda done: _tick(job, done),
        )
        _tick(job, rows)
        stream.seek(0)
        stored = files.store_generated(
            actor=actor,
            content=stream,
            name=file_name(report, job.file_format, today),
            content_type=writers.CONTENT_TYPES[job.file_format],
            purpose=PURPOSE,
            ward_id=job.ward_id,
            firm_id=job.firm_id,
        )
    now = clock.database_now()
    # Compare-and-set: a cancellation that came first wins, and everything is rolled back.
    done = ExportJob.objects.filter(pk=job.pk, cancelled_at=None, finished_at=None).update(
        stored_file=stored, done=rows, finished_at=now, expires_at=now + KEPT
    )
    if not done:
        storage.discard(stored.storage_key)
        raise Cancelled
    audit.record(
        actor=actor,
        action="export.made",
        obj=job,
        detail=_detail(job.report, job.params, job.file_format)
        | {"rows": rows, "sha256": stored.sha256},
    )


def export_cancel(*, actor: Actor, public_id: object) -> ExportJob:
    """Stop it; a worker in the middle of it notices and leaves nothing behind. Raises Refused."""
    with transaction.atomic():
        job = get_job(actor, public_id=public_id)
        # One statement, so that cancelling does not wait for the worker.
        stopped = (
            visible_jobs(actor)
            .filter(pk=job.pk, finished_at=None, cancelled_at=None, problem="")
            .update(cancelled_at=clock.database_now())
        )
        if not stopped:
            raise Refused(_("この書き出しはすでに終わっています。"))
        audit.record(actor=actor, action="export.cancelled", obj=job)
    job.refresh_from_db()
    return job


def open_file(*, actor: Actor, public_id: object) -> tuple[ExportJob, IO[bytes]]:
    """The finished file; opening it is recorded. Raises Refused when there is none (any more)."""
    job = get_job(actor, public_id=public_id)
    if job.phase != ExportJob.Phase.DONE or job.stored_file is None:
        raise Refused(_("このファイルはありません。もう一度申し込んでください。"))
    report = reports.find(job.report)
    if report is None or not report.may(actor):
        # Ordered under a role that has ended since.
        raise Refused(_("この一覧を書き出す権限がありません。"))
    return job, files.open_for_download(actor=actor, stored=job.stored_file, may=True)


def export_expire(*, now: dt.datetime) -> int:
    """Erase the files whose time is over; how many. Every night, within acting(system)."""
    actor = Actor.system("exports.expire")
    due = ExportJob.objects.filter(expires_at__lte=now, stored_file__erased_at=None)
    jobs = list(due.select_related("stored_file"))
    for job in jobs:
        assert job.stored_file is not None
        files.delete(actor=actor, stored=job.stored_file, now=now, reason=_("保存期間の満了"))
    return len(jobs)


def lost(*, now: dt.datetime) -> list[int]:
    """Open jobs that nobody works on though they are a minute old. Within acting(system)."""
    waiting = ExportJob.objects.filter(
        finished_at=None, cancelled_at=None, problem="", created_at__lt=now - LOST_AFTER
    )
    return [job.pk for job in waiting if _alone(job)]


def progress(job: ExportJob) -> int:
    """Rows written so far; 0 when nobody knows."""
    return int(cache.get(_progress_key(job)) or 0)


def file_name(report: Report, file_format: str, day: dt.date) -> str:
    """補助金台帳-20261121.csv"""
    with translation.override(LANGUAGE):
        return f"{report.title}-{day:%Y%m%d}.{file_format}"


def _fail(actor: Actor, job_id: int, problem: str) -> None:
    open_jobs = ExportJob.objects.filter(pk=job_id, finished_at=None, cancelled_at=None, problem="")
    if open_jobs.update(problem=problem):
        job = ExportJob.objects.get(pk=job_id)
        audit.record(actor=actor, action="export.failed", obj=job, reason=problem)


def _alone(job: ExportJob) -> bool:
    taken = locks.take(ExportJob, job.pk)
    job.refresh_from_db()
    return taken


def _tick(job: ExportJob, done: int) -> None:
    cache.set(_progress_key(job), done, timeout=3600)
    if ExportJob.objects.filter(pk=job.pk, cancelled_at__isnull=False).exists():
        raise Cancelled


def _progress_key(job: ExportJob) -> str:
    return f"exports.job.{job.pk}"


def _detail(code: str, params: Params, file_format: str) -> dict[str, object]:
    return {"report": code, "params": dict(params), "format": file_format}
