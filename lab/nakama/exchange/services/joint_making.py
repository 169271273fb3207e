"""共同受注 after it was contracted: how far, handed over, received; and called off at any time before."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lab.nakama.cases import services as cases
from lab.nakama.exchange import policies, states
from lab.nakama.exchange.models import ExchangeFact, JointOrder, JointShare
from lab.nakama.exchange.services.errors import Refused
from lab.nakama.exchange.services.joint import led, let_go, move_share, payload_of, write_fact
from portal.kernel import audit, clock, outbox, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain
from portal.kernel.transitions import StaleState


def joint_progress(*, actor: Actor, joint_id: int, made: int) -> JointShare:
    """できた数を書く. Raises Refused, StaleState, JointShare.DoesNotExist."""
    with transaction.atomic(), acting(actor.elevated()):
        share = _own(actor, joint_id)
        if share.status != states.MAKING:
            raise StaleState
        if not 0 <= made <= share.quantity:
            raise Refused(_("できた数は、0から%(n)d個までにしてください。") % {"n": share.quantity})
        share.done = made
        share.save(update_fields=["done"])
        audit.record(
            actor=actor, action="exchange.joint_progress", obj=share, detail={"done": made}
        )
        return share


def joint_hand(*, actor: Actor, joint_id: int) -> JointShare:
    """納品した: the lead confirms. The lead's own part needs nobody. Raises StaleState."""
    with transaction.atomic(), acting(actor.elevated()):
        share = _own(actor, joint_id)
        move_share(actor, share, "hand", done=share.quantity)
        if share.firm_id == share.lead_firm_id:
            _received(actor, share)
        return share


def joint_receive(*, actor: Actor, joint_id: int, share_id: UUID) -> JointShare:
    """受け取った, by the lead; with the last part it is complete. Raises RoleMissing, StaleState."""
    with transaction.atomic(), acting(actor.elevated()):
        row = led(actor, joint_id)
        share = JointShare.objects.select_for_update().get(joint=row, public_id=share_id)
        _received(actor, share)
        return share


def joint_send_back(*, actor: Actor, joint_id: int, share_id: UUID, reason: str) -> JointShare:
    """不適合として返す, by the lead. Raises ReasonMissing, RoleMissing, StaleState."""
    with transaction.atomic(), acting(actor.elevated()):
        row = led(actor, joint_id)
        share = JointShare.objects.select_for_update().get(joint=row, public_id=share_id)
        move_share(actor, share, "send_back", plain(reason, 500))
        return share


def joint_call_off(*, actor: Actor, joint_id: int, reason: str) -> JointOrder:
    """取りやめる, by the lead, before the first delivery; its orders are cancelled with it.

    Raises Refused (something was delivered), ReasonMissing, RoleMissing, StaleState.
    """
    with transaction.atomic(), acting(actor.elevated()):
        row = led(actor, joint_id)
        shares = list(JointShare.objects.select_for_update().filter(joint=row))
        if any(share.status in {states.HANDED, states.RECEIVED} for share in shares):
            raise Refused(
                _(
                    "最初の納品のあとは取りやめられません。条件を変えるときは、注文の価格協議に残してください。"
                )
            )
        was_contracted = row.status == states.CONTRACTED
        told = plain(reason, 500)
        transitions.apply(
            table=states.JOINT,
            instance=row,
            action="call_off",
            actor=actor,
            reason=told,
            payload=payload_of(row),
            fields={"reason": told},
        )
        for share in shares:
            if share.status != states.DECLINED:
                move_share(actor, share, "call_off", told)
        orders = [share.order_id for share in shares if share.order_id]
        cases.orders_call_off(orders, clock.today())
        if was_contracted:
            _take_back(row)
        return row


def _take_back(row: JointOrder) -> None:
    """It counted, and does not count any more."""
    if not ExchangeFact.objects.filter(joint=row, kind=ExchangeFact.Kind.JOINT).exists():
        return
    write_fact(row, ExchangeFact.Kind.JOINT_BACK)
    outbox.publish(
        name="exchange.joint_order_taken_back",
        subject=row.pk,
        ward_id=row.ward_id,
        payload={"joint_order_id": row.pk},
    )


def joint_lapse(*, actor: Actor, today: dt.date) -> int:
    """Daily: answers that did not come count as no. Returns how many. As the system."""
    late = JointOrder.objects.filter(status=states.ASKING, answer_by__lt=today)
    ended = 0
    for row in late.select_for_update():
        for share in JointShare.objects.select_for_update().filter(joint=row, status=states.ASKED):
            let_go(actor, row, share, "lapse")
            ended += 1
    return ended


def _own(actor: Actor, joint_id: int) -> JointShare:
    firm_id = policies.firm_of(actor)
    row = JointOrder.objects.select_for_update().get(pk=joint_id)
    return JointShare.objects.select_for_update().get(joint=row, firm_id=firm_id)


def _received(actor: Actor, share: JointShare) -> None:
    move_share(actor, share, "receive")
    if share.order_id:
        cases.order_received(share.order_id, clock.today())
    left = JointShare.objects.filter(joint_id=share.joint_id).exclude(status=states.RECEIVED)
    if not left.exists():
        row = JointOrder.objects.get(pk=share.joint_id)
        transitions.apply(table=states.JOINT, instance=row, action="complete", actor=actor)
