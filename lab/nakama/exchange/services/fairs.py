"""商談会: called, joined, wished, held or called off. The timetable is timetables.py's."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from lab.nakama.exchange import policies, states
from lab.nakama.exchange.models import ExchangeFact, Fair, FairEntry, FairMeeting, FairWish, Run
from lab.nakama.exchange.services import runs
from lab.nakama.exchange.services.errors import Refused
from lab.nakama.exchange.services.places import ward_of
from lab.nakama.exchange.services.timetables import tell_changed
from portal.kernel import audit, clock, outbox, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain
from portal.kernel.transitions import RoleMissing
from programs.models import Firm


@dataclass(frozen=True, slots=True)
class Plan:
    """A 商談会 as typed."""

    name: str
    place: str
    day: dt.date
    starts: dt.time
    slots: int
    tables: int
    closes_on: dt.date


def fair_add(*, actor: Actor, plan: Plan) -> Fair:
    """商談会の参加を受け付け始める. Raises Refused, RoleMissing."""
    ward_id = actor.ward_id
    if not policies.is_staff(actor) or ward_id is None:
        raise RoleMissing
    if not clock.today() <= plan.closes_on <= plan.day:
        raise Refused(_("締切は、今日から開催日までの日にしてください。"))
    with transaction.atomic(), acting(actor.elevated()):
        row = Fair.objects.create(
            ward_id=ward_id,
            name=plain(plan.name, 80),
            place=plain(plan.place, 120),
            day=plan.day,
            starts=plan.starts,
            slots=plan.slots,
            tables=plan.tables,
            closes_on=plan.closes_on,
            made_by_id=policies.person(actor),
        )
        audit.record(actor=actor, action="exchange.fair_added", obj=row)
        return row


def entry_add(*, actor: Actor, fair_id: int, side: str, seeks: str) -> FairEntry:
    """参加を申し込む. Whoever withdrew may come back. Raises Refused, RoleMissing."""
    firm = Firm.objects.get(pk=policies.firm_of(actor))
    ward = ward_of(firm)
    with transaction.atomic(), acting(actor.elevated()):
        fair = _collecting(fair_id)
        entries = FairEntry.objects.filter(fair=fair, withdrawn_at=None)
        buyers = entries.filter(side=FairEntry.Side.BUYER).exclude(firm=firm)
        if side == FairEntry.Side.BUYER and buyers.count() >= fair.tables:
            raise Refused(
                _("発注側のテーブルは、すべて埋まっています。受注側で申し込むこともできます。")
            )
        row, is_new = FairEntry.objects.get_or_create(
            fair=fair,
            firm=firm,
            defaults={
                "ward_id": ward,
                "firm_name": firm.name,
                "side": side,
                "seeks": plain(seeks, 200),
                "entered_by_id": policies.person(actor),
            },
        )
        if not is_new:
            if row.withdrawn_at is None:
                raise Refused(_("この商談会には、もう申し込んでいます。"))
            row.side, row.seeks, row.withdrawn_at = side, plain(seeks, 200), None
            row.save(update_fields=["side", "seeks", "withdrawn_at"])
        audit.record(actor=actor, action="exchange.fair_entered", obj=row)
        return row


def wishes_save(*, actor: Actor, fair_id: int, others: Collection[int]) -> int:
    """Whom the firm wishes to meet, all of them. Raises Refused, RoleMissing, DoesNotExist."""
    firm_id = policies.firm_of(actor)
    with transaction.atomic(), acting(actor.elevated()):
        fair = _collecting(fair_id)
        mine = FairEntry.objects.get(fair=fair, firm_id=firm_id, withdrawn_at=None)
        able = FairEntry.objects.filter(fair=fair, withdrawn_at=None, pk__in=set(others))
        chosen = list(able.exclude(side=mine.side))
        if len(chosen) != len(set(others)):
            raise Refused(
                _("選んだ企業の中に、参加を取りやめた企業があります。もう一度選んでください。")
            )
        FairWish.objects.filter(entry=mine).delete()
        FairWish.objects.bulk_create(
            FairWish(fair=fair, entry=mine, other=other, firm_id=firm_id) for other in chosen
        )
        audit.record(
            actor=actor, action="exchange.fair_wished", obj=mine, detail={"wishes": len(chosen)}
        )
        return len(chosen)


def entry_withdraw(*, actor: Actor, fair_id: int) -> FairEntry:
    """参加を取りやめる. With a timetable out, its slots go to others' open wishes: a worker fills
    them, the rest stays.

    Raises Refused, RoleMissing, FairEntry.DoesNotExist.
    """
    firm_id = policies.firm_of(actor)
    with transaction.atomic(), acting(actor.elevated()):
        fair = Fair.objects.select_for_update().get(pk=fair_id)
        if fair.status not in {states.COLLECTING, states.PLANNED}:
            raise Refused(_("この商談会は終わっています。"))
        row = FairEntry.objects.get(fair=fair, firm_id=firm_id, withdrawn_at=None)
        row.withdrawn_at, row.table = clock.now(), None
        row.save(update_fields=["withdrawn_at", "table"])
        meetings = FairMeeting.objects.filter(fair=fair, cancelled_at=None)
        lost = [*meetings.filter(buyer=row), *meetings.filter(seller=row)]
        meetings.filter(pk__in=[one.pk for one in lost]).update(cancelled_at=clock.now())
        if fair.status == states.PLANNED:
            touched = {one.buyer_firm_id for one in lost} | {one.seller_firm_id for one in lost}
            tell_changed(fair, touched - {firm_id})
            # A worker fills what has become free.
            runs.run_start(actor=runs.SYSTEM, kind=Run.Kind.FAIR_REPLAN, subject_id=fair.pk)
        audit.record(actor=actor, action="exchange.fair_withdrawn", obj=row)
        return row


def fair_hold(*, actor: Actor, fair_id: int) -> Fair:
    """開催した: now it is a fact. Raises Refused, StaleState, RoleMissing."""
    with transaction.atomic(), acting(actor.elevated()):
        fair = _of_staff(actor, fair_id)
        if fair.day > clock.today():
            raise Refused(_("開催日より前には記録できません。"))
        _move(actor, fair, "hold")
        fact = ExchangeFact.objects.create(
            kind=ExchangeFact.Kind.FAIR,
            ward_id=fair.ward_id,
            other_ward_id=fair.ward_id,
            fair=fair,
            quantity=FairMeeting.objects.filter(fair=fair, cancelled_at=None).count(),
            occurred_on=fair.day,
        )
        outbox.publish(
            name="exchange.fair_held",
            subject=fair.pk,
            ward_id=fair.ward_id,
            payload={
                "fair_id": fair.pk,
                "meetings": fact.quantity,
                "on": fair.day.isoformat(),
            },
        )
        return fair


def fair_call_off(*, actor: Actor, fair_id: int, reason: str) -> Fair:
    """中止する; everybody is told why. Raises ReasonMissing, StaleState, RoleMissing."""
    with transaction.atomic(), acting(actor.elevated()):
        fair = _of_staff(actor, fair_id)
        _move(actor, fair, "call_off", plain(reason, 500))
        return fair


def _collecting(fair_id: int) -> Fair:
    fair = Fair.objects.select_for_update().get(pk=fair_id)
    if fair.status != states.COLLECTING or fair.closes_on < clock.today():
        raise Refused(_("この商談会の受付は終わっています。変更は、ラボに連絡してください。"))
    return fair


def _of_staff(actor: Actor, fair_id: int) -> Fair:
    """The fair, locked, for staff of its lab. Raises RoleMissing, Fair.DoesNotExist."""
    policies.require(policies.is_staff(actor))
    fair = Fair.objects.select_for_update().get(pk=fair_id)
    policies.require(actor.ward_id in {None, fair.ward_id})
    return fair


def _move(actor: Actor, fair: Fair, action: str, reason: str = "") -> None:
    transitions.apply(
        table=states.FAIR,
        instance=fair,
        action=action,
        actor=actor,
        reason=reason,
        payload={"fair_id": fair.pk, "ward_id": fair.ward_id},
        fields={"reason": reason} if reason else {},
    )


__all__ = [
    "Plan",
    "entry_add",
    "entry_withdraw",
    "fair_add",
    "fair_call_off",
    "fair_hold",
    "wishes_save",
]
