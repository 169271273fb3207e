"""Who sees which export: the one who ordered it, under the same hat."""

from django.db.models import QuerySet

from portal.exports.models import ExportJob
from portal.kernel.actor import Actor, Hat

HATS = (Hat.WARD, Hat.FIRM, Hat.AUDITOR)


def visible_jobs(actor: Actor) -> QuerySet[ExportJob]:
    """The actor's own exports under the hat now worn."""
    rows = ExportJob.objects.select_related("stored_file")
    if actor.hat == Hat.SYSTEM:
        return rows
    if actor.user_id is None or actor.hat not in HATS:
        return rows.none()
    return rows.filter(created_by_id=actor.user_id, ward_id=actor.ward_id, firm_id=actor.firm_id)


def get_job(actor: Actor, *, lock: bool = False, **lookup: object) -> ExportJob:
    """One visible export, locked where asked. Raises ExportJob.DoesNotExist."""
    rows = visible_jobs(actor)
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)
