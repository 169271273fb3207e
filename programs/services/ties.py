"""資本関係 is declared, and ended with a reason; nothing else changes it."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain
from programs.models import Firm, FirmTie
from programs.policies import may_declare_ties, visible_firms, visible_ties
from programs.services.errors import Refused

MOST = 100


def tie_declare(*, actor: Actor, firm_id: int, kind: str, number: str, name: str) -> FirmTie:
    """Declare that the firm belongs together with the corporation of that number.

    Whether the number is in the register is looked up as the system; the name is the one typed.
    Raises Refused (the firm itself, declared already, no name), PermissionDenied, Firm.DoesNotExist.
    """
    if actor.user_id is None:
        raise PermissionDenied
    firm = visible_firms(actor).get(pk=firm_id)
    if not may_declare_ties(actor, firm):
        raise PermissionDenied
    if kind not in FirmTie.Kind.values:
        raise Refused(_("関係を選んでください。"))
    if number == firm.corporate_number:
        raise Refused(_("自社の法人番号です。相手の法人番号を入力してください。"))
    name = plain(name, 200)
    if not name:
        raise Refused(_("相手の名称を入力してください。"))
    try:
        with transaction.atomic(), acting(actor.elevated()):
            Firm.objects.select_for_update().get(pk=firm.pk)
            if FirmTie.objects.filter(firm=firm, ended_on=None).count() >= MOST:
                raise Refused(_("申告できる関係は100件までです。"))
            row = FirmTie.objects.create(
                firm=firm,
                kind=kind,
                other=Firm.objects.filter(corporate_number=number).first(),
                other_number=number,
                other_name=name,
                declared_by_id=actor.user_id,
            )
            audit.record(
                actor=actor,
                action="firm.tie_declared",
                obj=firm,
                label=firm.name,
                detail={"kind": kind, "other": number},
            )
            return row
    except IntegrityError as twice:
        raise Refused(_("この法人番号の企業との関係は、すでに申告されています。")) from twice


def tie_end(*, actor: Actor, tie_id: int, reason: str) -> FirmTie:
    """It does not hold any more, or never did. Raises Refused (no reason, over), PermissionDenied,
    FirmTie.DoesNotExist.
    """
    seen = visible_ties(actor).select_related("firm").get(pk=tie_id)
    if not may_declare_ties(actor, seen.firm):
        raise PermissionDenied
    reason = plain(reason, 300)
    if not reason:
        raise Refused(_("関係がなくなった理由を入力してください。"))
    with transaction.atomic(), acting(actor.elevated()):
        row = FirmTie.objects.select_for_update().get(pk=seen.pk)
        if row.ended_on is not None:
            raise Refused(_("この関係は、すでに終わっています。"))
        row.ended_on, row.ended_reason = clock.today(), reason
        row.save(update_fields=["ended_on", "ended_reason"])
        audit.record(
            actor=actor,
            action="firm.tie_ended",
            obj=seen.firm,
            label=seen.firm.name,
            reason=reason,
            detail={"kind": row.kind, "other": row.other_number},
        )
        return row
