"""A hold by hand (監査, 訴訟, 情報公開請求): put and lifted, each with its reason."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.transitions import ReasonMissing, RoleMissing
from subsidies.policies import get_application
from subsidies.retention import policies
from subsidies.retention.models import Hold, KeptCase
from subsidies.services import moves
from subsidies.services.errors import Refused


def hold_put(*, actor: Actor, receipt_no: str, kind: str, reason: str) -> Hold:
    """Stop the disposal of a case, ended or not.

    Raises Refused (unknown kind, disposed of already), ReasonMissing, RoleMissing.
    """
    if not policies.may_hold(actor):
        raise RoleMissing
    if kind not in Hold.Kind.values:
        raise Refused(_("種類を選び直してください。"))
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        case = get_application(actor, lock=True, receipt_no=receipt_no)
        if KeptCase.objects.filter(application=case, disposed_at__isnull=False).exists():
            raise Refused(_("この案件は、すでに廃棄されています。"))
        hold = Hold.objects.create(
            application=case,
            ward_id=case.ward_id,
            kind=kind,
            reason=reason.strip()[:300],
            put_by_id=moves.person(actor),
        )
        audit.record(
            actor=actor,
            action="retention.held",
            obj=case,
            reason=hold.reason,
            detail={"hold": hold.pk, "kind": kind},
        )
        return hold


def hold_lift(*, actor: Actor, hold_id: int, reason: str) -> Hold:
    """停止の解除: the record stays. Raises Refused, ReasonMissing, RoleMissing, Hold.DoesNotExist."""
    if not policies.may_hold(actor):
        raise RoleMissing
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        rows = policies.visible_holds(actor).select_related("application")
        hold = rows.select_for_update(of=("self",)).get(pk=hold_id)
        if hold.lifted_at is not None:
            raise Refused(_("この停止は、すでに解除されています。"))
        hold.lifted_by_id = moves.person(actor)
        hold.lifted_at = clock.database_now()
        hold.lifted_reason = reason.strip()[:300]
        hold.save(update_fields=["lifted_by", "lifted_at", "lifted_reason"])
        audit.record(
            actor=actor,
            action="retention.released",
            obj=hold.application,
            reason=hold.lifted_reason,
            detail={"hold": hold.pk},
        )
        return hold
