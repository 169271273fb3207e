"""Both sides answer with one tap; later they say whether it was handed over."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lab.nakama.exchange import policies, states
from lab.nakama.exchange.models import ExchangeFact, Listing, Pairing
from lab.nakama.exchange.services.errors import Refused
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain
from portal.kernel.transitions import StaleState
from programs.groups import together


def pairing_accept(*, actor: Actor, pairing_id: int) -> Pairing:
    """この相手でよい, of the actor's side; the second yes makes both known to each other.

    Raises StaleState (answered, run out of time, taken off the board), RoleMissing.
    """
    with transaction.atomic():
        row = _locked(actor, pairing_id)
        with acting(actor.elevated()):
            side = row.side_of(actor.firm_id)
            if row.status != states.PROPOSED or row.answer_by < clock.today():
                raise StaleState
            if row.accepted(side):
                return row
            setattr(row, f"{side}_accepted_at", clock.now())
            row.save(update_fields=[f"{side}_accepted_at"])
            if not row.accepted("need" if side == "surplus" else "surplus"):
                audit.record(actor=actor, action="exchange.accepted", obj=row)
                return row
            _give_out(actor, row)
            _move(actor, row, "agree")
            _fact(row, ExchangeFact.Kind.AGREED)
            return row


def pairing_decline(*, actor: Actor, pairing_id: int) -> Pairing:
    """今回は見送る: the pair is not proposed again. Raises StaleState, RoleMissing."""
    with transaction.atomic():
        row = _locked(actor, pairing_id)
        with acting(actor.elevated()):
            _move(actor, row, "decline")
        return row


def pairing_report(*, actor: Actor, pairing_id: int) -> Pairing:
    """受け渡した, said by one side. Raises StaleState, RoleMissing."""
    with transaction.atomic():
        row = _locked(actor, pairing_id)
        with acting(actor.elevated()):
            _move(actor, row, "report", reported_firm_id=actor.firm_id)
        return row


def pairing_confirm(*, actor: Actor, pairing_id: int) -> Pairing:
    """The other side says so, too: now it is a fact. Raises Refused, StaleState, RoleMissing."""
    with transaction.atomic():
        row = _locked(actor, pairing_id)
        if row.status == states.REPORTED and row.reported_firm_id == actor.firm_id:
            raise Refused(_("受渡しの確認は、相手の企業がします。返事をお待ちください。"))
        with acting(actor.elevated()):
            _move(actor, row, "confirm")
            _fact(row, ExchangeFact.Kind.DONE)
        return row


def pairing_fail(*, actor: Actor, pairing_id: int, reason: str) -> Pairing:
    """受渡しに至らなかった, with the reason. Raises ReasonMissing, StaleState, RoleMissing."""
    with transaction.atomic():
        row = _locked(actor, pairing_id)
        with acting(actor.elevated()):
            told = plain(reason, 500)
            _move(actor, row, "fail", reason_told=told, reason=told)
            _fact(row, ExchangeFact.Kind.FAILED)
        return row


def _locked(actor: Actor, pairing_id: int) -> Pairing:
    """The actor's pairing with its row locked. Raises RoleMissing, Pairing.DoesNotExist."""
    policies.require(policies.is_firm(actor))
    policies.get_pairing(actor, pk=pairing_id)
    with acting(actor.elevated()):
        rows = Pairing.objects.select_related("surplus", "need")
        return rows.select_for_update(of=("self",)).get(pk=pairing_id)


def _give_out(actor: Actor, row: Pairing) -> None:
    """The agreed amount is no longer free; what is all given leaves the board."""
    keys = sorted((row.surplus_id, row.need_id))
    for listing in Listing.objects.select_for_update().filter(pk__in=keys).order_by("pk"):
        if listing.status != states.OPEN or listing.left < row.quantity:
            raise StaleState
        listing.left -= row.quantity
        if listing.left:
            listing.save(update_fields=["left"])
        else:
            transitions.apply(
                table=states.LISTING,
                instance=listing,
                action="place",
                actor=actor,
                fields={"left": 0},
            )


def _move(actor: Actor, row: Pairing, action: str, reason_told: str = "", **fields: Any) -> None:
    transitions.apply(
        table=states.PAIRING,
        instance=row,
        action=action,
        actor=actor,
        reason=reason_told,
        payload={
            "pairing_id": row.pk,
            "ward_id": row.ward_id,
            "supplier_id": row.surplus_firm_id,
            "buyer_id": row.need_firm_id,
            "buyer_ward_id": row.need.ward_id,
            "family": row.need.material,
            # 3-OC: firms that belong together are not matched.
            "independent": not together(row.surplus_firm_id, row.need_firm_id),
            "reported": row.reported_firm_id is not None,
            "on": clock.today().isoformat(),
        },
        fields=fields,
    )


def _fact(row: Pairing, kind: str) -> None:
    ExchangeFact.objects.create(
        kind=kind,
        ward_id=row.ward_id,
        other_ward_id=row.need.ward_id,
        pairing=row,
        quantity=row.quantity,
        occurred_on=clock.today(),
    )
