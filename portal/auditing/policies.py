"""Who uses the room: auditors alone. A file is for the auditor who ordered it."""

from typing import Any

from django.db.models import QuerySet

from portal.accounts.roles import Role
from portal.auditing.models import Job, Sample, SampleItem
from portal.kernel.actor import Actor, Hat
from subsidies import states
from subsidies.models import Application


def is_auditor(actor: Actor) -> bool:
    """Whether the actor audits."""
    return actor.hat == Hat.AUDITOR and actor.has_role(Role.AUDITOR)


def _seen[Rows: QuerySet[Any]](rows: Rows, actor: Actor) -> Rows:
    return rows if is_auditor(actor) or actor.hat == Hat.SYSTEM else rows.none()


def visible_cases(actor: Actor) -> QuerySet[Application]:
    """Every case of every ward that was ever submitted."""
    rows = Application.objects.exclude(status=states.DRAFT).exclude(receipt_no=None)
    return _seen(rows, actor)


def visible_samples(actor: Actor) -> QuerySet[Sample]:
    """All samples of the auditors' office."""
    return _seen(Sample.objects.all(), actor)


def visible_items(actor: Actor) -> QuerySet[SampleItem]:
    """The cases of all samples."""
    return _seen(SampleItem.objects.all(), actor)


def visible_jobs(actor: Actor) -> QuerySet[Job]:
    """Recounts are the office's; a bundle is for whoever ordered it."""
    rows = _seen(Job.objects.select_related("stored_file", "application"), actor)
    if actor.hat == Hat.SYSTEM:
        return rows
    return rows.exclude(kind=Job.Kind.BUNDLE) | rows.filter(created_by_id=actor.user_id)


def get_case(actor: Actor, receipt_no: str) -> Application:
    """One case. Raises Application.DoesNotExist."""
    rows = visible_cases(actor).select_related("call", "version__scheme", "firm", "ward")
    return rows.get(receipt_no=receipt_no)


def get_sample(actor: Actor, **lookup: Any) -> Sample:
    """One sample. Raises Sample.DoesNotExist."""
    return visible_samples(actor).select_related("drawn_by").get(**lookup)


def get_item(actor: Actor, *, lock: bool = False, **lookup: Any) -> SampleItem:
    """One case of a sample, locked where asked. Raises SampleItem.DoesNotExist."""
    rows = visible_items(actor).select_related("sample", "application", "checked_by")
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)


def get_job(actor: Actor, **lookup: Any) -> Job:
    """One job. Raises Job.DoesNotExist."""
    return visible_jobs(actor).get(**lookup)


def may_take(actor: Actor, job: Job) -> bool:
    """Whether the finished bundle is handed to this person: the auditor who ordered it."""
    return is_auditor(actor) and job.created_by_id == actor.user_id
