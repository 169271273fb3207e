"""義務の一覧 and its months: rows by day, a fixed number of queries."""

import datetime as dt
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.texts import plain
from subsidies.obligations import policies, states
from subsidies.obligations.models import Asset, Obligation
from subsidies.obligations.rules.plan import EFFECT_REPORT, TAX_CREDIT

PAGE_SIZE = 25
SOON = dt.timedelta(days=30)
# Of one month; more are on the list.
MONTH_AT_MOST = 500
MINE, NOBODY = "me", "none"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the official looks for. `status` "" means open ones, "any" all; `owner` a user id, MINE
    or NOBODY (whose owner does not serve the ward any more); `due` "overdue" or "soon".
    """

    query: str = ""
    kind: str = ""
    status: str = ""
    owner: str = ""
    due: str = ""
    month: dt.date | None = None


def obligation_rows(actor: Actor, wanted: Wanted, *, today: dt.date) -> QuerySet[Obligation]:
    """The rows in the order of their days, each with `is_owned` and its owner's name."""
    rows = policies.with_presence(policies.visible_obligations(actor), today)
    rows = rows.filter(_status(wanted.status), _due(wanted.due, today), _in_month(wanted.month))
    rows = rows.filter(_owner(wanted.owner, actor))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if words := plain(wanted.query):
        rows = rows.filter(Q(firm_name__icontains=words) | Q(receipt_no__icontains=words))
    own = [f.name for f in Obligation._meta.concrete_fields]
    return rows.select_related("owner").only(*own, "owner__name").order_by("due_on", "id")


def obligation_page(
    actor: Actor, wanted: Wanted, *, today: dt.date, number: int
) -> Page[Obligation]:
    """One page of them."""
    return Paginator(obligation_rows(actor, wanted, today=today), PAGE_SIZE).get_page(number)


def month_rows(
    actor: Actor, wanted: Wanted, *, today: dt.date
) -> list[tuple[dt.date, list[Obligation]]]:
    """The month's rows under their days."""
    days: dict[dt.date, list[Obligation]] = {}
    for row in obligation_rows(actor, wanted, today=today)[:MONTH_AT_MOST]:
        days.setdefault(row.due_on, []).append(row)
    return list(days.items())


def firm_rows(actor: Actor) -> QuerySet[Obligation]:
    """これからの提出: what the firm still has to hand in, the nearest first."""
    rows = policies.visible_obligations(actor).filter(status=states.OPEN)
    return rows.select_related("grant__application__call").order_by("due_on", "id")


def firm_reports(actor: Actor, today: dt.date) -> QuerySet[Obligation]:
    """Of these the reports after the payment whose year has begun. The report of the project and the
    claim are the grant's own next step.
    """
    ends = clock.fiscal_year_bounds(clock.fiscal_year(today))[1]
    return firm_rows(actor).filter(kind__in=(EFFECT_REPORT, TAX_CREDIT), due_on__lte=ends)


def asset_rows(actor: Actor, *, query: str = "", status: str = "") -> QuerySet[Asset]:
    """The asset ledger, the nearest end of a restriction first. `status` "any" means all."""
    rows = policies.visible_assets(actor)
    if status != "any":
        rows = rows.filter(status=status or states.IN_USE)
    if words := plain(query):
        rows = rows.filter(
            Q(firm_name__icontains=words)
            | Q(receipt_no__icontains=words)
            | Q(description__icontains=words)
        )
    return rows.order_by("restricted_until", "id")


def firm_assets(actor: Actor) -> list[Asset]:
    """What the firm may not dispose of without approval."""
    return list(asset_rows(actor)[:MONTH_AT_MOST])


def first_of(text: str) -> dt.date | None:
    """The first day of "YYYY-MM" of this or the next century, None where it cannot be read."""
    try:
        found = dt.datetime.strptime(f"{text}-01", "%Y-%m-%d").date()  # noqa: DTZ007 - no moment
    except ValueError:
        return None
    return found if 2000 <= found.year < 2200 else None


def month_after(first: dt.date, by: int = 1) -> dt.date:
    """The first day of the month `by` months later."""
    months = first.year * 12 + first.month - 1 + by
    return dt.date(months // 12, months % 12 + 1, 1)


def _in_month(first: dt.date | None) -> Q:
    return Q() if first is None else Q(due_on__gte=first, due_on__lt=month_after(first))


def _status(status: str) -> Q:
    if status == "any":
        return Q()
    return Q(status=status or states.OPEN)


def _due(due: str, today: dt.date) -> Q:
    if due == "overdue":
        return Q(due_on__lt=today)
    if due == "soon":
        return Q(due_on__gte=today, due_on__lte=today + SOON)
    return Q()


def _owner(owner: str, actor: Actor) -> Q:
    if owner == MINE:
        return Q(owner_id=actor.user_id)
    if owner == NOBODY:
        return Q(is_owned=False)
    return Q(owner_id=int(owner)) if owner.isdecimal() else Q()
