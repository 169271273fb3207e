"""Recording and withdrawing a consultation. What it says is never changed."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.transitions import ReasonMissing, RoleMissing, StaleState
from programs import policies as programs
from subsidies.consultations import policies, selectors
from subsidies.consultations.models import Consultation
from subsidies.consultations.services import ticking
from subsidies.models import Application
from subsidies.services import moves
from subsidies.services.drafts import clean
from subsidies.services.errors import Refused

MOST_NOTE = 1000
MOST_REASON = 300


def consultation_record(
    *, actor: Actor, firm_id: int, scheme_id: int, held_on: dt.date, note: str, need: str = ""
) -> Consultation:
    """相談を記録する. `need` is the code of what the scheme asks to be done beforehand, or "".

    Cases of the firm whose check list is open have that item ticked by it.

    Raises Refused (a day to come, nothing said, another ward's firm or scheme), RoleMissing.
    """
    if not policies.may_record(actor):
        raise RoleMissing
    note = clean(note).strip()
    if held_on > clock.today():
        raise Refused(_("相談日は今日までの日にしてください。"))
    if not note or len(note) > MOST_NOTE:
        raise Refused(_("相談の内容を%(most)d字以内で入力してください。") % {"most": MOST_NOTE})
    with transaction.atomic():
        if not programs.visible_firms(actor).filter(pk=firm_id).exists():
            raise Refused(_("この企業は、区の名簿にありません。"))
        scheme = policies.own_schemes(actor).filter(pk=scheme_id).first()
        if scheme is None or (need and need not in selectors.needs_of([scheme])[scheme.pk]):
            raise Refused(_("相談した制度を選び直してください。"))
        row = Consultation.objects.create(
            ward_id=scheme.ward_id,
            firm_id=firm_id,
            scheme=scheme,
            need=need,
            held_on=held_on,
            note=note,
            met_by_id=moves.person(actor),
        )
        audit.record(
            actor=actor,
            action="consultations.recorded",
            obj=row,
            detail={"scheme": scheme.code, "need": need, "held_on": held_on.isoformat()},
        )
        for case in ticking.cases_of(actor, row):
            ticking.ticks_make(actor=actor, application_id=case)
        return row


def consultation_withdraw(
    *, actor: Actor, consultation_id: int, reason: str
) -> tuple[Consultation, list[Application]]:
    """相談記録を取り下げる: it stays to be read, and nothing rests on it any more.

    Ticks are undone where the check list is open, or made anew from another record. Returns also
    the cases that had passed the check with it, which are for an official to look at again. Raises
    Consultation.DoesNotExist, ReasonMissing, StaleState (withdrawn already), RoleMissing.
    """
    if not policies.may_record(actor):
        raise RoleMissing
    reason = clean(reason).strip()
    if not reason:
        raise ReasonMissing
    with transaction.atomic():
        rows = policies.visible_consultations(actor).select_for_update(of=("self",))
        row = rows.get(pk=consultation_id)
        if not row.stands:
            raise StaleState
        row.withdrawn_at, row.withdrawn_reason = clock.database_now(), reason[:MOST_REASON]
        row.withdrawn_by_id = moves.person(actor)
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        audit.record(
            actor=actor, action="consultations.withdrawn", obj=row, reason=row.withdrawn_reason
        )
        return row, ticking.ticks_undo(actor=actor, consultation=row)
