"""評価, double blind: seen by the other side when both have rated or the time is over; appeal.

Of a case, and in the same way of an order without one: between whoever leads a joint order and its members.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lab.nakama.cases import policies, states
from lab.nakama.cases.models import Case, Order, Rating
from lab.nakama.cases.rules.terms import RATED_FOR as OPEN_FOR
from lab.nakama.cases.services import notices
from lab.nakama.cases.services.errors import Refused
from lab.nakama.cases.services.parts import writing
from lab.nakama.services import rating_count
from portal.accounts.policies import person_id
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain
from programs.groups import groups_of, together


@dataclass(frozen=True, slots=True)
class Marks:
    """1 bad … 5 very good."""

    quality: int
    delivery: int
    manner: int
    comment: str = ""


def to_rate(actor: Actor, case: Case) -> list[tuple[int, str]]:
    """(firm, name) of those with whom the firm has an order in the case and whom it has not rated."""
    me = policies.own_firm(actor)
    rows = Order.objects.filter(case=case)
    sides: dict[int, str] = {}
    for order in rows.order_by("pk"):
        if order.orderer_id == me:
            sides[order.contractor_id] = order.contractor_name
        elif order.contractor_id == me:
            sides[order.orderer_id] = order.orderer_name
    done = Rating.objects.filter(case=case, from_firm_id=me).values_list("to_firm_id", flat=True)
    left = sides.keys() - set(done)
    groups = groups_of({*left, me}) if left else {}
    return [(firm, sides[firm]) for firm in sides if firm in left and groups[firm] != groups[me]]


def other_side(actor: Actor, order: Order) -> tuple[int, str]:
    """(firm, name) of the order's other side."""
    if order.orderer_id == actor.firm_id:
        return order.contractor_id, order.contractor_name
    return order.orderer_id, order.orderer_name


def order_rate(*, actor: Actor, order_id: int, marks: Marks) -> Rating:
    """評価する the other side of an order without a case, within 14 days of its being received.

    Raises Refused (twice, too early, too late), Order.DoesNotExist.
    """
    seen = policies.get_order(actor, pk=order_id, case=None)
    _check(marks)
    with transaction.atomic(), acting(actor.elevated()):
        order = Order.objects.select_for_update().get(pk=seen.pk)
        if order.received_on is None:
            raise Refused(_("評価できるのは、受け取りが記録された注文です。"))
        if clock.today() > order.received_on + OPEN_FOR:
            raise Refused(_("評価できる期間（受け取りから14日）が過ぎました。"))
        return _rate(actor, other_side(actor, order), marks, order=order)


def rating_give(*, actor: Actor, case_id: int, to_firm: int, marks: Marks) -> Rating:
    """評価する, within 14 days. Raises Refused (twice, too late, no order between the two)."""
    seen = policies.get_case(actor, pk=case_id)
    _check(marks)
    with writing(actor, seen) as case:
        if case.status != states.CLOSED or case.ended_at is None:
            raise Refused(_("評価できるのは、検収が終わった案件です。"))
        if clock.database_now() > case.ended_at + OPEN_FOR:
            raise Refused(_("評価できる期間（検収から14日）が過ぎました。"))
        names = dict(to_rate(actor, case))
        if to_firm not in names:
            raise Refused(_("この企業はもう評価したか、この案件で取引がありません。"))
        return _rate(actor, (to_firm, names[to_firm]), marks, case=case)


def _check(marks: Marks) -> None:
    if not all(1 <= mark <= 5 for mark in (marks.quality, marks.delivery, marks.manner)):
        raise Refused(_("評価は1から5までで選んでください。"))


def _rate(actor: Actor, to: tuple[int, str], marks: Marks, **about: Case | Order) -> Rating:
    """`about` is the case or the order, locked. As the system."""
    if together(policies.own_firm(actor), to[0]):
        raise Refused(_("資本関係のある企業どうしは、評価できません。"))
    try:
        with transaction.atomic():
            row = Rating.objects.create(
                **about,
                from_firm_id=policies.own_firm(actor),
                to_firm_id=to[0],
                to_name=to[1][:200],
                quality=marks.quality,
                delivery=marks.delivery,
                manner=marks.manner,
                comment=plain(marks.comment, 300),
                rated_by_id=person_id(actor),
            )
    except IntegrityError as twice:
        raise Refused(_("この企業はもう評価しています。")) from twice
    other = Rating.objects.filter(**about, from_firm_id=to[0], to_firm_id=row.from_firm_id)
    if (theirs := other.select_for_update().first()) is not None:
        _reveal([row, theirs], clock.database_now())
    audit.record(actor=actor, action="cases.rated", obj=row, ward_id=0)
    return row


def ratings_reveal(*, now: dt.datetime) -> int:
    """Those whose time is over; daily, as the system. Returns how many."""
    rows = Rating.objects.filter(revealed_at=None).filter(
        Q(case__ended_at__lt=now - OPEN_FOR)
        | Q(order__received_on__lt=clock.to_date(now) - OPEN_FOR)
    )
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    _reveal(found, now)
    return len(found)


def _reveal(rows: list[Rating], now: dt.datetime) -> None:
    """Shown from now on, and counted in the profile of the rated."""
    # Profiles in one order, so that two who rate at once do not wait for each other.
    for row in sorted(rows, key=lambda row: row.to_firm_id):
        if row.revealed_at is None:
            row.revealed_at = now
            row.save(update_fields=["revealed_at"])
            _count(row)


def _count(row: Rating, times: int = 1) -> None:
    rating_count(
        firm_id=row.to_firm_id,
        quality=row.quality,
        delivery=row.delivery,
        talk=row.manner,
        times=times,
    )


def rating_appeal(*, actor: Actor, rating_id: int, reason: str) -> Rating:
    """異議を申し出る, by the rated. Raises Rating.DoesNotExist, ReasonMissing, StaleState."""
    seen = policies.get_rating(actor, pk=rating_id, to_firm_id=policies.own_firm(actor))
    with transaction.atomic(), acting(actor.elevated()):
        row = Rating.objects.select_for_update(of=("self",)).select_related("case").get(pk=seen.pk)
        transitions.apply(
            table=states.APPEAL,
            instance=row,
            action="appeal",
            actor=actor,
            reason=reason,
            payload={"rating_id": row.pk, "case_id": row.case_id, "order_id": row.order_id},
            fields={"appeal": plain(reason, 500)},
        )
        notices.appealed(row)
        return row


def appeal_rule(*, actor: Actor, rating_id: int, action: str, reason: str) -> Rating:
    """維持する or 除く, by a coordinator. Raises ReasonMissing, RoleMissing, StaleState."""
    seen = policies.get_rating(actor, pk=rating_id)
    with transaction.atomic(), acting(actor.elevated()):
        row = Rating.objects.select_for_update().get(pk=seen.pk)
        if action not in {"uphold", "strike"}:
            raise Refused(_("評価を維持するか除くかを選んでください。"))
        transitions.apply(
            table=states.APPEAL,
            instance=row,
            action=action,
            actor=actor,
            reason=reason,
            fields={"ruling": plain(reason, 500)},
        )
        if action == "strike":
            _count(row, -1)
        return row
