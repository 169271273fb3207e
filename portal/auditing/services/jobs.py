"""Ordering, making, cancelling and expiring the long work of auditors; as `portal.exports` does it.

Making runs in one transaction under the auditor's hat, so that a job is one snapshot of the data and
leaves nothing behind when its worker is killed. Progress goes to the cache; the job's times count.
"""

import datetime as dt
import logging
from typing import IO

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.accounts import hats
from portal.accounts.policies import person_id
from portal.auditing import policies
from portal.auditing.errors import Refused
from portal.auditing.models import Job
from portal.kernel import audit, clock, locks
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import services as files
from subsidies.models import Application

logger = logging.getLogger(__name__)

KEPT = dt.timedelta(days=7)
MOST_ATTEMPTS = 5
LOST_AFTER = dt.timedelta(seconds=60)


class Cancelled(Exception):
    """The auditor stopped the work while it was done."""


def bundle_order(*, actor: Actor, case: Application, purpose: str) -> Job:
    """案件の一式: have a worker pack the case. Raises PermissionDenied, Refused without a purpose."""
    return _order(actor, purpose, kind=Job.Kind.BUNDLE, application=case, ward_id=case.ward_id)


def recount_order(*, actor: Actor, year: int, ward_id: int | None, purpose: str) -> Job:
    """金額の再計算 of a fiscal year, of one ward or all. Raises PermissionDenied, Refused."""
    return _order(actor, purpose, kind=Job.Kind.RECOUNT, fiscal_year=year, ward_id=ward_id)


def _order(
    actor: Actor,
    purpose: str,
    *,
    kind: str,
    ward_id: int | None,
    application: Application | None = None,
    fiscal_year: int | None = None,
) -> Job:
    if not policies.is_auditor(actor):
        raise PermissionDenied
    if not purpose.strip():
        raise Refused(_("監査の目的を入力してください。"))
    option = hats.HatOption(actor.hat, actor.roles, actor.ward_id, actor.firm_id)
    with transaction.atomic():
        job = Job.objects.create(
            kind=kind,
            application=application,
            ward_id=ward_id,
            fiscal_year=fiscal_year,
            purpose=purpose.strip()[:400],
            created_by_id=person_id(actor),
            hat=option.key,
        )
        audit.record(
            actor=actor,
            action=f"auditing.{kind}_ordered",
            obj=application or job,
            ward_id=ward_id,
            reason=job.purpose,
            detail={"job": str(job.public_id), "year": fiscal_year},
        )
        # Without the broker the sweep sends it a little later.
        transaction.on_commit(lambda: _send(job.pk), robust=True)
    return job


def _send(job_id: int) -> None:
    from portal.auditing import tasks

    tasks.make.apply_async((job_id,), retry=False)


def job_make(*, job_id: int, today: dt.date) -> None:
    """Do the work of a job, unless it is done or somebody else is at it; any end stands on the job."""
    with locks.held(Job, job_id) as mine:
        if mine:
            _attempt(job_id, today)


def _attempt(job_id: int, today: dt.date) -> None:
    actor = _begin(job_id, today)
    if actor is None:
        return
    try:
        with acting(actor), override("ja"):
            _make(actor, job_id)
    except Cancelled:
        logger.info("audit job %s was cancelled", job_id)
    except Refused as refused:
        with acting(actor):
            _fail(actor, job_id, str(refused))
    except Exception:
        logger.exception("audit job %s failed", job_id)
        with acting(actor):
            _fail(actor, job_id, _("作成の途中で問題が起きました。もう一度申し込んでください。"))


def _begin(job_id: int, today: dt.date) -> Actor | None:
    """Count the attempt and find the hat; None where there is nothing to do (any more)."""
    system = Actor.system("auditing.make")
    with acting(system):
        job = Job.objects.select_related("created_by").filter(pk=job_id).first()
        if job is None or not _alone(job) or job.phase != Job.Phase.WORKING:
            return None
        if job.attempts >= MOST_ATTEMPTS:
            _fail(system, job_id, _("何度か試しましたが作成できませんでした。"))
            return None
        job.attempts += 1
        job.save(update_fields=["attempts"])
        actor = hats.wearer(job.created_by, job.hat, today)
        if actor is None or not policies.is_auditor(actor):
            _fail(system, job_id, _("申し込んだときの役割が終わっているため、作成しませんでした。"))
            return None
    return actor


def _make(actor: Actor, job_id: int) -> None:
    # Makers know jobs, jobs know makers: each is looked up when it is needed.
    from portal.auditing.services.bundles import make_bundle
    from portal.auditing.services.recounts import make_recount

    job = policies.get_job(actor, pk=job_id)
    if not _alone(job) or job.phase != Job.Phase.WORKING:
        return
    if job.kind == Job.Kind.BUNDLE:
        make_bundle(actor, job)
    else:
        make_recount(actor, job)


def tick(job: Job, done: int, total: int) -> None:
    """Say how far it is. Raises Cancelled when the auditor has stopped it."""
    cache.set(_progress_key(job), (done, total), timeout=3600)
    if Job.objects.filter(pk=job.pk, cancelled_at__isnull=False).exists():
        raise Cancelled


def finish(actor: Actor, job: Job, **fields: object) -> None:
    """Compare-and-set: a cancellation that came first wins, and everything is rolled back."""
    now = clock.database_now()
    open_job = Job.objects.filter(pk=job.pk, cancelled_at=None, finished_at=None)
    if not open_job.update(finished_at=now, expires_at=now + KEPT, **fields):
        raise Cancelled


def job_cancel(*, actor: Actor, public_id: object) -> Job:
    """Stop it; a worker in the middle of it notices and leaves nothing behind. Raises Refused."""
    with transaction.atomic():
        job = policies.get_job(actor, public_id=public_id)
        stopped = Job.objects.filter(
            pk=job.pk, finished_at=None, cancelled_at=None, problem=""
        ).update(cancelled_at=clock.database_now())
        if not stopped:
            raise Refused(_("この作業はすでに終わっています。"))
        audit.record(actor=actor, action="auditing.job_cancelled", obj=job, reason=job.purpose)
    job.refresh_from_db()
    return job


def open_bundle(*, actor: Actor, public_id: object) -> tuple[Job, IO[bytes]]:
    """The finished bundle; taking it is recorded. Raises PermissionDenied, Refused."""
    job = policies.get_job(actor, public_id=public_id)
    if job.phase != Job.Phase.DONE or job.stored_file is None:
        raise Refused(_("このファイルはありません。もう一度申し込んでください。"))
    may = policies.may_take(actor, job)
    reader = files.open_for_download(actor=actor, stored=job.stored_file, may=may)
    try:
        audit.record(
            actor=actor,
            action="auditing.bundle_taken",
            obj=job.application,
            reason=job.purpose,
            detail={"job": str(job.public_id), "sha256": job.stored_file.sha256},
        )
    except BaseException:
        reader.close()
        raise
    return job, reader


def expire(*, now: dt.datetime) -> int:
    """Erase the bundles whose time is over; how many. Every night, within acting(system)."""
    actor = Actor.system("auditing.expire")
    due = Job.objects.filter(expires_at__lte=now, stored_file__isnull=False)
    jobs = list(due.filter(stored_file__erased_at=None).select_related("stored_file"))
    for job in jobs:
        assert job.stored_file is not None
        files.delete(actor=actor, stored=job.stored_file, now=now, reason=_("保存期間の満了"))
    return len(jobs)


def lost(*, now: dt.datetime) -> list[int]:
    """Open jobs that nobody works on though they are a minute old. Within acting(system)."""
    waiting = Job.objects.filter(
        finished_at=None, cancelled_at=None, problem="", created_at__lt=now - LOST_AFTER
    )
    return [job.pk for job in waiting if _alone(job)]


def progress(job: Job) -> tuple[int, int]:
    """(done, of how many) so far; zeros when nobody knows."""
    done, total = cache.get(_progress_key(job)) or (0, 0)
    return int(done), int(total)


def _fail(actor: Actor, job_id: int, problem: str) -> None:
    open_jobs = Job.objects.filter(pk=job_id, finished_at=None, cancelled_at=None, problem="")
    if open_jobs.update(problem=problem):
        job = Job.objects.get(pk=job_id)
        audit.record(actor=actor, action="auditing.job_failed", obj=job, reason=problem)


def _alone(job: Job) -> bool:
    taken = locks.take(Job, job.pk)
    job.refresh_from_db()
    return taken


def _progress_key(job: Job) -> str:
    return f"auditing.job.{job.pk}"
