"""What lecturers and advisors say of a sheet. Written as the system, after the policy has said yes."""

from django.db import transaction
from django.utils.translation import gettext as _

from dojo.services.errors import Refused
from dojo.worksheets import policies, states
from dojo.worksheets.models import Remark, Worksheet
from dojo.worksheets.services import notices
from dojo.worksheets.sheets import SHEETS
from portal.accounts.policies import person_id
from portal.kernel import audit, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain
from portal.kernel.transitions import RoleMissing

MOST_BODY = 1000


def remark_write(*, actor: Actor, worksheet_id: int, body: str, step: str = "") -> Remark:
    """コメントする, on the whole or one step. Raises Worksheet.DoesNotExist, RoleMissing, Refused."""
    seen = policies.visible_worksheets(actor).get(pk=worksheet_id)
    if not policies.may_remark(actor, seen):
        raise RoleMissing
    if step and SHEETS[seen.kind].step(step) is None:
        raise Refused(_("コメントする箇所を選び直してください。"))
    with transaction.atomic(), acting(actor.elevated()):
        row = Worksheet.objects.select_for_update().get(pk=seen.pk)
        made = _write(actor, row, body, step=step)
        notices.remarked(row, made)
        audit.record(actor=actor, action="worksheets.remarked", obj=row, detail={"step": step})
        return made


def worksheet_mark(*, actor: Actor, worksheet_id: int, grade: str, body: str) -> Remark:
    """講評を返す. Raises Worksheet.DoesNotExist, RoleMissing, StaleState, Refused."""
    seen = _taught(actor, worksheet_id)
    if grade not in Remark.Grade.values:
        raise Refused(_("講評をA・B・Cから選んでください。"))
    with transaction.atomic(), acting(actor.elevated()):
        row = Worksheet.objects.select_for_update().get(pk=seen.pk)
        made = _write(actor, row, body, grade=grade)
        notices.marked(row, made)
        transitions.apply(
            table=states.WORKSHEET,
            instance=row,
            action="mark",
            actor=actor,
            detail={"grade": grade},
        )
        return made


def worksheet_return(*, actor: Actor, worksheet_id: int, reason: str) -> Remark:
    """やり直しを頼む. Raises Worksheet.DoesNotExist, RoleMissing, StaleState, Refused."""
    seen = _taught(actor, worksheet_id)
    with transaction.atomic(), acting(actor.elevated()):
        row = Worksheet.objects.select_for_update().get(pk=seen.pk)
        made = _write(actor, row, reason)
        notices.returned(row, made)
        transitions.apply(
            table=states.WORKSHEET, instance=row, action="return", actor=actor, reason=reason
        )
        return made


def _taught(actor: Actor, worksheet_id: int) -> Worksheet:
    row = policies.visible_worksheets(actor).get(pk=worksheet_id)
    if not policies.may_mark(actor, row):
        raise RoleMissing
    return row


def _write(actor: Actor, row: Worksheet, body: str, *, step: str = "", grade: str = "") -> Remark:
    said = plain(body)
    if not said or len(said) > MOST_BODY:
        raise Refused(_("コメントを1,000字までで書いてください。"))
    return Remark.objects.create(
        worksheet=row,
        version=row.versions.first(),
        author_id=person_id(actor),
        author_name=actor.name,
        step=step,
        grade=grade,
        body=said,
    )
