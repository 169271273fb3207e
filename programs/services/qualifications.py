"""修了・認定: facts of firms are recorded and, with a reason, revoked; nothing else changes them."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal.kernel import audit, clock
from portal.kernel.actor import Actor, Hat
from programs.models import Qualification
from programs.policies import may_record_facts, visible_firms, visible_qualifications
from programs.services.errors import Refused


def qualification_grant(
    *,
    actor: Actor,
    firm_id: int,
    kind: str,
    granted_on: dt.date,
    source: str,
    ward_id: int | None = None,
    expires_on: dt.date | None = None,
    cohort: str = "",
    number: str = "",
    person_name: str = "",
) -> Qualification:
    """Record a fact of a firm the actor sees. `ward_id` is for jobs; officials record for theirs.

    Raises Refused (unknown kind, no source, days that do not fit, number taken), PermissionDenied,
    Firm.DoesNotExist.
    """
    ward = _ward(actor, ward_id)
    if kind not in Qualification.Kind.values:
        raise Refused(_("種類を選び直してください。"))
    if not source.strip():
        raise Refused(_("根拠（修了証・宣言書など）を入力してください。"))
    if granted_on > clock.today():
        raise Refused(_("付与日は今日までの日にしてください。"))
    if expires_on is not None and expires_on < granted_on:
        raise Refused(_("有効期限は付与日以降にしてください。"))
    try:
        with transaction.atomic():
            firm = visible_firms(actor).get(pk=firm_id)
            fact = Qualification.objects.create(
                firm=firm,
                ward_id=ward,
                kind=kind,
                cohort=cohort.strip(),
                number=number.strip(),
                person_name=person_name.strip(),
                granted_on=granted_on,
                expires_on=expires_on,
                source=source.strip(),
                recorded_by_id=actor.user_id,
            )
            audit.record(
                actor=actor,
                action="qualification.granted",
                obj=fact,
                detail={"firm_id": firm.pk, "kind": kind, "granted_on": granted_on.isoformat()},
            )
    except IntegrityError as error:
        if "qualification_number_once" not in str(error):
            raise
        raise Refused(_("この番号は、すでに使われています。番号を確かめてください。")) from error
    return fact


def qualification_revoke(*, actor: Actor, qualification_id: int, reason: str) -> Qualification:
    """取消 from today on, by the ward that granted it. What was selected before stays as it was.

    Raises Refused (no reason, revoked already, another ward's), PermissionDenied,
    Qualification.DoesNotExist.
    """
    ward = _ward(actor, None)
    if not reason.strip():
        raise Refused(_("取消の理由を入力してください。"))
    with transaction.atomic():
        rows = visible_qualifications(actor).select_for_update(of=("self",))
        fact = rows.get(pk=qualification_id)
        if ward is not None and fact.ward_id != ward:
            raise Refused(_("ほかの区が付与したものは、取り消せません。その区に連絡してください。"))
        if fact.revoked_on is not None:
            raise Refused(_("すでに取り消されています。"))
        fact.revoked_on, fact.revoked_reason = clock.today(), reason.strip()[:300]
        fact.save(update_fields=["revoked_on", "revoked_reason"])
        audit.record(actor=actor, action="qualification.revoked", obj=fact, reason=reason.strip())
    return fact


def _ward(actor: Actor, given: int | None) -> int | None:
    """The ward in whose name the actor writes. Raises PermissionDenied."""
    if actor.hat == Hat.SYSTEM:
        return given
    if not may_record_facts(actor):
        raise PermissionDenied
    return actor.ward_id
