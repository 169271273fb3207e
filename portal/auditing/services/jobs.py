"""Ordering, making and cancelling the long work of auditors (`portal.exports.work`)."""

import datetime as dt
from typing import IO

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts import hats
from portal.accounts.policies import person_id
from portal.auditing import policies
from portal.auditing.errors import Refused
from portal.auditing.models import Job
from portal.exports.work import Work
from portal.kernel import audit
from portal.kernel.actor import Actor
from portal.kernel.files import services as files
from subsidies.models import Application


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
        WORK.send_later(job)
    return job


def _send(job_id: int) -> None:
    from portal.auditing import tasks

    tasks.make.apply_async((job_id,), retry=False)


def _make(actor: Actor, job: Job, _today: dt.date) -> None:
    # Makers know jobs, jobs know makers: each is looked up when it is needed.
    from portal.auditing.services.bundles import make_bundle
    from portal.auditing.services.recounts import make_recount

    if job.kind == Job.Kind.BUNDLE:
        make_bundle(actor, job)
    else:
        make_recount(actor, job)


def job_cancel(*, actor: Actor, public_id: object) -> Job:
    """Stop it; a worker in the middle of it notices and leaves nothing behind. Raises Refused."""
    with transaction.atomic():
        job = policies.get_job(actor, public_id=public_id)
        if not WORK.cancel(job):
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


def progress(job: Job) -> tuple[int, int]:
    """(done, of how many) so far; zeros when nobody knows."""
    done, total = WORK.progress(job) or (0, 0)
    return int(done), int(total)


WORK = Work(
    model=Job,
    name="auditing",
    failed="auditing.job_failed",
    given_up=gettext_lazy("何度か試しましたが作成できませんでした。"),
    find=policies.get_job,
    make=_make,
    send=_send,
    may=policies.is_auditor,
)
