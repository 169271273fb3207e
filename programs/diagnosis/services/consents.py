"""A firm lets others see a result, sees when they did, and may end it at any time."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.accounts.policies import person_id
from portal.kernel import audit, clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing, StaleState
from programs.diagnosis import policies
from programs.diagnosis.models import Audience, Consent, Diagnosis
from programs.diagnosis.services.errors import Refused


def consent_give(
    *, actor: Actor, diagnosis_id: int, audience: str, ward_id: int, agreed: bool, text: str
) -> Consent:
    """Let an audience see the result; `text` is the sentence agreed to. `ward_id` is asked for a ward alone.

    Raises Diagnosis.DoesNotExist, RoleMissing, Refused.
    """
    with transaction.atomic():
        row = policies.visible_diagnoses(actor).get(pk=diagnosis_id)
        if not policies.may_share(actor, row):
            raise RoleMissing(
                _("見せることへの同意は、企業の代表者が、診断を終えてから行ってください。")
            )
        if not agreed:
            raise Refused(_("見せるときは、同意の欄にチェックを入れてください。"))
        if audience not in Audience.values:
            raise Refused(_("見せる相手を選び直してください。"))
        consent = _create(actor, row, audience, ward_id, text)
        audit.record(
            actor=actor,
            action="diagnosis.consent_given",
            obj=consent,
            detail={"diagnosis": row.pk, "audience": audience},
        )
        return consent


def _create(actor: Actor, row: Diagnosis, audience: str, ward_id: int, text: str) -> Consent:
    try:
        with transaction.atomic():
            return Consent.objects.create(
                diagnosis=row,
                firm_id=row.firm_id,
                ward_id=ward_id if audience == Audience.WARD else row.ward_id,
                audience=audience,
                text=text,
                given_by_id=person_id(actor),
            )
    except IntegrityError as twice:
        raise Refused(_("この相手には、すでに見せています。")) from twice


def consent_end(*, actor: Actor, consent_id: int) -> Consent:
    """Take it back. Raises Consent.DoesNotExist, RoleMissing, StaleState."""
    with transaction.atomic():
        consent = policies.visible_consents(actor).select_for_update().get(pk=consent_id)
        if not policies.may_share(actor, consent.diagnosis):
            raise RoleMissing(_("同意の取り消しは、企業の代表者が行ってください。"))
        if consent.ended_at is not None:
            raise StaleState(_("この同意は、すでに取り消されています。"))
        consent.ended_at = clock.database_now()
        consent.save(update_fields=["ended_at"])
        audit.record(
            actor=actor,
            action="diagnosis.consent_ended",
            obj=consent,
            detail={"diagnosis": consent.diagnosis_id, "audience": consent.audience},
        )
        return consent


def diagnosis_read(*, actor: Actor, row: Diagnosis, how: str = "page") -> None:
    """Somebody outside the firm reads it: on record, and shown to the firm."""
    if policies.is_own(actor, row):
        return
    let_see = list(
        policies.visible_consents(actor).filter(diagnosis=row).values_list("pk", flat=True)
    )
    with transaction.atomic(), acting(actor.elevated()):
        if actor.hat != Hat.AUDITOR:
            Consent.objects.filter(pk__in=let_see, ended_at=None).update(last_read_at=clock.now())
        audit.record(actor=actor, action="diagnosis.read", obj=row, detail={"how": how})
