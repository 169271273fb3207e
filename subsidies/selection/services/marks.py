"""注意: a suspect or linked applicant is marked with a reason, and the mark lifted with another."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import audit, clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.transitions import ReasonMissing, RoleMissing
from subsidies import states as application_states
from subsidies.policies import get_application
from subsidies.selection import policies
from subsidies.selection.models import Mark
from subsidies.services import moves
from subsidies.services.decision import require_others_cause
from subsidies.services.errors import Refused


def mark_put(
    *, actor: Actor, application_id: int, kind: str, reason: str, is_held: bool = False
) -> Mark:
    """Mark an application; `is_held` takes it out of the selection.

    Raises Refused (unknown kind, already decided), ReasonMissing, RoleMissing.
    """
    if not policies.may_prepare(actor):
        raise RoleMissing
    if kind not in Mark.Kind.values:
        raise Refused(_("種類を選び直してください。"))
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        application = get_application(actor, lock=True, pk=application_id)
        if application.status not in application_states.OPEN:
            raise Refused(_("この申請は、もう審査の中にありません。"))
        mark = Mark.objects.create(
            application=application,
            ward_id=application.ward_id,
            kind=kind,
            is_held=is_held,
            reason=reason.strip()[:300],
            made_by_id=moves.person(actor),
        )
        audit.record(
            actor=actor,
            action="selection.marked",
            obj=application,
            reason=mark.reason,
            detail={"kind": kind, "held": is_held},
        )
        return mark


def mark_lift(*, actor: Actor, mark_id: int, reason: str) -> Mark:
    """解く: it no longer counts; it stays in the records. Who was held on the waiting list moves up
    with the others again (補欠の繰上げ).

    Raises Refused, GuardFailed in one's own cause, ReasonMissing, RoleMissing.
    """
    if not policies.may_prepare(actor):
        raise RoleMissing
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        rows = policies.visible_marks(actor).select_related("application")
        mark = rows.select_for_update(of=("self",)).get(pk=mark_id)
        if mark.lifted_at is not None:
            raise Refused(_("この注意は、すでに解かれています。"))
        require_others_cause(mark.application, actor)
        mark.lifted_by_id = moves.person(actor)
        mark.lifted_at = clock.database_now()
        mark.lifted_reason = reason.strip()[:300]
        mark.save(update_fields=["lifted_by", "lifted_at", "lifted_reason"])
        audit.record(
            actor=actor, action="selection.lifted", obj=mark.application, reason=mark.lifted_reason
        )
        if mark.is_held:
            outbox.publish(
                name="selection.hold_lifted",
                subject=mark.pk,
                ward_id=mark.ward_id,
                payload={"mark_id": mark.pk, "application_id": mark.application_id},
            )
        return mark
