"""Ordering, making, cancelling and expiring exports; see the package's docstring.

How a worker begins, holds, gives up and loses a job is `work.Work`'s.
"""

import datetime as dt
import logging
import tempfile
from collections.abc import Callable, Mapping
from typing import IO

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts import hats
from portal.accounts.policies import person_id
from portal.exports import reports, writers
from portal.exports.models import ExportJob
from portal.exports.policies import get_job
from portal.exports.reports import Params, Report
from portal.exports.work import LANGUAGE, Cancelled, Refused, Work
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.files import services as files
from portal.kernel.files import storage

logger = logging.getLogger(__name__)

ROWS_AT_ONCE = 5_000  # more than this is a worker's job
TICK = 1_000
PURPOSE = "export"
Tick = Callable[[int], None]


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
        WORK.send_later(job)
    return job


def _send(job_id: int) -> None:
    from portal.exports import tasks

    tasks.make.apply_async((job_id,), retry=False)


def _make(actor: Actor, job: ExportJob, today: dt.date) -> None:
    report = reports.find(job.report)
    if report is None or not report.may(actor):
        raise Refused(_("この一覧を書き出す権限がありません。"))
    if why := report.refusal(actor, job.params):
        raise Refused(why)
    with tempfile.TemporaryFile() as stream:
        rows = write(
            actor=actor,
            report=report,
            params=job.params,
            file_format=job.file_format,
            stream=stream,
            tick=lambda done: WORK.tick(job, done),
        )
        WORK.tick(job, rows)
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
    try:
        WORK.finish(job, stored_file=stored, done=rows)
    except Cancelled:
        storage.discard(stored.storage_key)
        raise
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
        if not WORK.cancel(job):
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


def progress(job: ExportJob) -> int:
    """Rows written so far; 0 when nobody knows."""
    return int(WORK.progress(job) or 0)


def file_name(report: Report, file_format: str, day: dt.date) -> str:
    """補助金台帳-20261121.csv"""
    with translation.override(LANGUAGE):
        return f"{report.title}-{day:%Y%m%d}.{file_format}"


def _detail(code: str, params: Params, file_format: str) -> dict[str, object]:
    return {"report": code, "params": dict(params), "format": file_format}


WORK = Work(
    model=ExportJob,
    name="exports",
    failed="export.failed",
    given_up=gettext_lazy("何度か試しましたが作成できませんでした。条件で絞り込んでください。"),
    find=get_job,
    make=_make,
    send=_send,
)
