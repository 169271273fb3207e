"""廃棄の起案・決裁・差戻し. What is proposed is listed case by case, and so is what is left out."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.accounts.models import User
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.transitions import ReasonMissing, RoleMissing
from subsidies.retention import policies, selectors, states
from subsidies.retention.models import Disposal, DisposalItem, KeptCase
from subsidies.services import moves
from subsidies.services.errors import Refused

MOST = 1_000  # cases in one disposal
Outcome = DisposalItem.Outcome


def disposal_propose(*, actor: Actor, reason: str, today: dt.date) -> Disposal:
    """Propose to dispose of every case of the ward whose years have ended.

    What is held is listed too, with why it is left out. Raises ReasonMissing, RoleMissing, Refused
    where nothing may be disposed of or another disposal of the ward is under way.
    """
    if not policies.may_prepare(actor):
        raise RoleMissing
    if not reason.strip():
        raise ReasonMissing
    assert actor.ward_id is not None
    rows = list(selectors.kept_rows(actor, view=selectors.DUE, today=today)[:MOST])
    with override("ja"):
        left_out = left_out_of(rows, today)
    if len(left_out) == len(rows):
        raise Refused(_("廃棄できる案件がありません。停止の理由を確かめてください。"))
    with transaction.atomic():
        disposal = _new(actor, actor.ward_id, reason.strip(), today)
        DisposalItem.objects.bulk_create(
            DisposalItem(
                disposal=disposal,
                kept=row,
                position=position,
                outcome=Outcome.EXCLUDED if row.pk in left_out else Outcome.WAITING,
                reason=left_out.get(row.pk, ""),
            )
            for position, row in enumerate(rows, start=1)
        )
    audit.record(
        actor=actor,
        action="retention.proposed",
        obj=disposal,
        reason=disposal.reason,
        detail={"cases": len(rows) - len(left_out), "excluded": len(left_out)},
    )
    return disposal


def _new(actor: Actor, ward_id: int, reason: str, today: dt.date) -> Disposal:
    """The row of a new disposal. Raises Refused while another one of the ward is under way."""
    try:
        with transaction.atomic():
            return Disposal.objects.create(
                ward_id=ward_id,
                ended_by=today - dt.timedelta(days=1),
                reason=reason,
                prepared_by_id=moves.person(actor),
            )
    except IntegrityError:
        raise Refused(
            _("この区では、ほかの廃棄の案が処理中です。終わってから起案してください。")
        ) from None


def left_out_of(rows: list[KeptCase], today: dt.date) -> dict[int, str]:
    """Why each of these cases is left out; those that may go are not in it."""
    held = selectors.held_by([row.application_id for row in rows], today)
    found = {row.pk: selectors.why_not(row, held.get(row.application_id), today) for row in rows}
    return {pk: why for pk, why in found.items() if why}


def disposal_approve(*, actor: Actor, disposal_id: int) -> Disposal:
    """決裁 by another official; a worker then carries it out.

    Raises GuardFailed (own proposal), StaleState, RoleMissing, Disposal.DoesNotExist.
    """
    with transaction.atomic():
        row = policies.get_disposal(actor, lock=True, pk=disposal_id)
        transitions.apply(
            table=states.DISPOSAL,
            instance=row,
            action="approve",
            actor=actor,
            detail={"cases": row.items.filter(outcome=Outcome.WAITING).count()},
            fields={
                "approved_by": User.objects.only("id", "name").get(pk=moves.person(actor)),
                "approved_at": clock.database_now(),
            },
        )
        # Without the broker the sweep sends it a little later.
        transaction.on_commit(lambda: _send(row.pk), robust=True)
        return row


def disposal_return(*, actor: Actor, disposal_id: int, reason: str) -> Disposal:
    """差し戻し by the approver, or taken back by the preparer: nothing was disposed of.

    Raises ReasonMissing, StaleState, RoleMissing.
    """
    with transaction.atomic():
        row = policies.get_disposal(actor, lock=True, pk=disposal_id)
        transitions.apply(
            table=states.DISPOSAL,
            instance=row,
            action="return_proposal",
            actor=actor,
            reason=reason,
        )
        return row


@states.DISPOSAL.guard("approver_is_another")
def _approver_is_another(row: Disposal, actor: Actor) -> str | None:
    if row.prepared_by_id == actor.user_id:
        return _("起案した人は決裁できません。ほかの決裁者に依頼してください。")
    return None


def _send(disposal_id: int) -> None:
    from subsidies.retention import tasks

    tasks.work.apply_async((disposal_id,), retry=False)
