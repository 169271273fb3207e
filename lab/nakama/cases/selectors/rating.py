"""Whom the firm may rate, and until when."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import (
    DateField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.functions import Cast, Now

from lab.nakama.cases import policies, states
from lab.nakama.cases.models import Order, Rating
from lab.nakama.cases.rules.terms import RATED_FOR
from portal.kernel import clock
from portal.kernel.actor import Actor
from programs.groups import groups_of


@dataclass(frozen=True, slots=True)
class ToRate:
    """A case, or an order without one, in which the firm has somebody left to rate; the last day."""

    order: Order
    until: dt.date


def ratable(actor: Actor) -> QuerySet[Order]:
    """Orders whose other side the firm may rate and has not."""
    first = clock.today() - RATED_FOR
    return _unrated(actor).filter(
        Q(case=None, received_on__gte=first)
        | Q(case__status=states.CLOSED, case__ended_at__gte=clock.midnight(first))
    )


def waiting(actor: Actor) -> QuerySet[Order]:
    """Where some may wait, for statements that are kept: by the database's own clock, a day too many."""
    edge = ExpressionWrapper(Now() - RATED_FOR - dt.timedelta(days=1), output_field=DateTimeField())
    return _unrated(actor).filter(
        Q(case=None, received_on__gt=Cast(edge, DateField()))
        | Q(case__status=states.CLOSED, case__ended_at__gt=edge)
    )


def _unrated(actor: Actor) -> QuerySet[Order]:
    given = Rating.objects.filter(from_firm_id=policies.own_firm(actor)).filter(
        Q(order_id=OuterRef("pk"))
        | Q(
            Q(to_firm_id=OuterRef("orderer_id")) | Q(to_firm_id=OuterRef("contractor_id")),
            case_id=OuterRef("case_id"),
        )
    )
    return policies.visible_orders(actor).filter(~Exists(given))


def to_rate(actor: Actor) -> list[ToRate]:
    """One line for each case and each order without one, the most urgent first: one query."""
    found: dict[object, ToRate] = {}
    for order in _of_others(ratable(actor).order_by("pk")):
        ended_at = order.case.ended_at if order.case else None
        since = clock.to_date(ended_at) if ended_at else order.received_on
        assert since is not None
        key = ("case", order.case_id) if order.case else order.pk
        found.setdefault(key, ToRate(order, since + RATED_FOR))
    return sorted(found.values(), key=lambda one: one.until)


def ratable_among(actor: Actor, orders: Collection[int]) -> dict[int, dt.date]:
    """Of these orders without a case: key → the last day to rate."""
    rows = _of_others(ratable(actor).filter(pk__in=orders, case=None)) if orders else []
    return {order.pk: order.received_on + RATED_FOR for order in rows if order.received_on}


def _of_others(rows: QuerySet[Order]) -> list[Order]:
    """Without those whose two sides belong together: they do not rate each other."""
    found = list(rows)
    firms = {firm for order in found for firm in (order.orderer_id, order.contractor_id)}
    groups = groups_of(firms) if firms else {}
    return [row for row in found if groups[row.orderer_id] != groups[row.contractor_id]]
