"""Partners are looked for, and what has run out of time is let go."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from lab.nakama.exchange import policies, states
from lab.nakama.exchange.models import Listing, Pairing
from lab.nakama.exchange.rules.pairing import Lot, Pair, best_pairs
from lab.nakama.exchange.rules.places import OFFICES
from lab.nakama.exchange.services.listings import cancel
from portal.kernel import audit, clock, outbox, transitions
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting

DAYS_TO_ANSWER = 7
# One run at a time: two would propose the same lots.
_LOCK = 440_044


def lot_of(row: Listing) -> Lot:
    """A listing (with its owner) as the rule sees it."""
    return Lot(
        row.pk,
        row.owner.firm_id,
        row.material,
        row.shape,
        row.unit,
        row.a_mm,
        row.b_mm,
        row.length_mm,
        row.left,
        OFFICES[row.ward_id],
        row.price_yen if row.is_surplus else row.owner.most_yen,
    )


def pair_up(*, actor: Actor) -> int:
    """Propose the best pairs of what is free now. Returns how many. Raises RoleMissing."""
    policies.require(policies.is_staff(actor) or actor.hat == Hat.SYSTEM)
    today = clock.today()
    with transaction.atomic(), acting(actor.elevated()):
        _one_at_a_time()
        free = list(_free(today))
        surpluses = [lot_of(row) for row in free if row.is_surplus]
        needs = [lot_of(row) for row in free if not row.is_surplus]
        keys = [lot.key for lot in needs]
        tried = Pairing.objects.filter(need_id__in=keys).values_list("surplus_id", "need_id")
        pairs = best_pairs(surpluses, needs, set(tried))
        rows = {row.pk: row for row in free}
        for pair in pairs:
            _propose(rows[pair.surplus], rows[pair.need], pair, today)
        if pairs or policies.is_staff(actor):
            audit.record(actor=actor, action="exchange.paired", detail={"pairs": len(pairs)})
        return len(pairs)


def lapse(*, actor: Actor) -> int:
    """Daily: answers that did not come, and listings past their day. Returns how many ended."""
    today, ended = clock.today(), 0
    with transaction.atomic(), acting(actor.elevated()):
        for pairing in Pairing.objects.select_for_update().filter(
            status=states.PROPOSED, answer_by__lt=today
        ):
            transitions.apply(table=states.PAIRING, instance=pairing, action="lapse", actor=actor)
            ended += 1
        for row in Listing.objects.select_for_update().filter(status=states.OPEN, until__lt=today):
            open_ = Pairing.objects.select_for_update().filter(status=states.PROPOSED)
            for pairing in open_.filter(Q(surplus=row) | Q(need=row)):
                cancel(actor, pairing)
            transitions.apply(table=states.LISTING, instance=row, action="expire", actor=actor)
            ended += 1
    return ended


def _free(today: dt.date) -> list[Listing]:
    """On the board, in time, and not waiting for an answer."""
    waiting = Pairing.objects.filter(status=states.PROPOSED)
    return list(
        Listing.objects.filter(status=states.OPEN, until__gte=today)
        .exclude(pk__in=waiting.values("surplus_id"))
        .exclude(pk__in=waiting.values("need_id"))
        .select_related("owner")
        .order_by("pk")
    )


def _propose(surplus: Listing, need: Listing, pair: Pair, today: dt.date) -> None:
    row = Pairing.objects.create(
        ward_id=surplus.ward_id,
        surplus=surplus,
        need=need,
        surplus_firm_id=surplus.owner.firm_id,
        need_firm_id=need.owner.firm_id,
        quantity=pair.quantity,
        km=pair.km,
        burden_yen=pair.burden_yen,
        answer_by=min(today + dt.timedelta(DAYS_TO_ANSWER), surplus.until, need.until),
    )
    outbox.publish(
        name="exchange.proposed",
        subject=row.pk,
        ward_id=row.ward_id,
        payload={"pairing_id": row.pk, "ward_id": row.ward_id},
    )


def _one_at_a_time() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
