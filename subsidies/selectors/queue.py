"""The officials' queue (申請の受信箱): one table, one index walk, few queries, however many rows.

A page costs at most three queries: the search where something is searched, the tabs' counts, the
rows. Counts stop at `COUNTED`; nobody needs to know whether it is 1,000 or 40,000. A list is
counted `COUNTED` rows beyond the page shown, so that leafing goes on, and ends at `PAGED` rows.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Count,
    F,
    Func,
    Q,
    QuerySet,
    Value,
    Window,
)

from portal.kernel.actor import Actor, Hat
from subsidies import states
from subsidies.models import Application
from subsidies.policies import visible_applications

PAGE_SIZE = 25
COUNTED = 1_000
PAGED = 10_000
FOUND = 100
_SEARCH_ALL = (
    "SELECT length(subsidies_search_text(%s)) < 2, ids, more FROM subsidies_search_all(%s, %s)"
)
SEARCHES = {
    Hat.WARD: _SEARCH_ALL.replace("search_all", "search"),
    Hat.AUDITOR: _SEARCH_ALL,
    Hat.SYSTEM: _SEARCH_ALL,
}
TABS = ("all", "mine", "unassigned", "overdue", "correction")
COLUMNS = (
    "id",
    "public_id",
    "receipt_no",
    "firm_name",
    "scheme_name",
    "stage",
    "title",
    "status",
    "assignee_id",
    "assignee_name",
    "due_on",
    "submitted_at",
    "requested_yen",
)
ORDERS = {"due": ("due_on", "id"), "-due": ("-due_on", "-id"), "newest": ("-id",)}


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """What the official looks for. `status` is a code, "" for everything still open."""

    tab: str = "all"
    status: str = ""
    scheme: str = ""
    assignee_id: int | None = None
    query: str = ""
    order: str = "due"


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Ids of applications found, newest first; `more`: older ones were not looked at."""

    ids: tuple[int, ...]
    more: bool = False
    too_short: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """A paginator's figures. `is_more`: counting stopped at `count`, there may be more."""

    count: int
    num_pages: int
    is_more: bool


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of rows (dictionaries of COLUMNS), with what a pager asks of Django's pages.

    `total_is_more`: counting stopped at `total`, there may be more.
    """

    rows: list[dict[str, Any]]
    number: int
    total: int
    total_is_more: bool = False
    search: SearchResult | None = None

    @property
    def paginator(self) -> Counted:
        return Counted(self.total, max(1, -(-self.total // PAGE_SIZE)), self.total_is_more)

    def has_previous(self) -> bool:
        return self.number > 1

    def has_next(self) -> bool:
        return self.number < self.paginator.num_pages

    def start_index(self) -> int:
        """Number of the first row shown, from 1."""
        return (self.number - 1) * PAGE_SIZE + 1 if self.rows else 0

    def end_index(self) -> int:
        return self.start_index() + len(self.rows) - 1 if self.rows else 0


def queue(
    actor: Actor, filters: QueueFilters, *, today: dt.date, found: SearchResult | None = None
) -> QuerySet[Application]:
    """The rows in order. `found` are the ids of a search made before."""
    rows = visible_applications(actor).filter(_status(filters), _tab(filters.tab, actor, today))
    if filters.scheme:
        rows = rows.filter(version__scheme__code=filters.scheme)
    if filters.assignee_id:
        rows = rows.filter(assignee_id=filters.assignee_id)
    if found is not None:
        rows = rows.filter(_among(found.ids))
    return rows.order_by(*_order(filters))


def queue_page(actor: Actor, filters: QueueFilters, *, today: dt.date, page: int = 1) -> QueuePage:
    """One page of the queue with its total: two queries, with a search or without."""
    if filters.query.strip():
        return _searched_page(actor, filters, today=today, page=page)
    rows = queue(actor, filters, today=today)
    most = min(PAGED, max(0, page - 1) * PAGE_SIZE + COUNTED)
    total = _bounded([rows], most)[0]
    number = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
    return QueuePage(
        rows=_slice(rows.values(*COLUMNS), number),
        number=number,
        total=total,
        total_is_more=total == most,
    )


def queue_counts(actor: Actor, today: dt.date) -> dict[str, int]:
    """Tab → number of open applications, up to COUNTED, all in one query."""
    opened = visible_applications(actor).filter(status__in=states.OPEN)
    counted = _bounded([opened.filter(_tab(tab, actor, today)) for tab in TABS], COUNTED)
    return dict(zip(TABS, counted, strict=True))


def search(actor: Actor, query: str) -> SearchResult:
    """The newest applications with `query` in the firm's name, or a receipt number beginning or
    ending with it (three characters at least), `FOUND` at most.

    Full-width, half-width, hiragana and katakana are the same, 株式会社 and blanks do not matter.
    Two characters are the least. Officials search their own ward, auditors all.
    """
    statement = SEARCHES.get(actor.hat)
    if statement is None:
        return SearchResult(())
    query = query.replace("\x00", "")
    with connection.cursor() as cursor:
        cursor.execute(statement, [query, query, FOUND])
        too_short, ids, more = cursor.fetchone()
    return SearchResult(tuple(ids or ()), more=bool(more), too_short=too_short)


def _searched_page(actor: Actor, filters: QueueFilters, *, today: dt.date, page: int) -> QueuePage:
    """A page of what a search found: few rows, so that they count themselves."""
    found = search(actor, filters.query)
    rows = queue(actor, filters, today=today, found=found)
    counted = rows.annotate(total=Window(Count("*"))).values(*COLUMNS, "total")
    number = max(1, page)
    shown = _slice(counted, number)
    if not shown and number > 1:
        number, shown = 1, _slice(counted, 1)
    total = shown[0]["total"] if shown else 0
    return QueuePage(rows=shown, number=number, total=total, total_is_more=found.more, search=found)


def _slice(rows: QuerySet[Any, dict[str, Any]], number: int) -> list[dict[str, Any]]:
    start = (number - 1) * PAGE_SIZE
    return list(rows[start : start + PAGE_SIZE])


def _among(ids: tuple[int, ...]) -> Func:
    """id = ANY(array): one parameter, where IN would compile a thousand."""
    array = Value(list(ids), output_field=ArrayField(BigIntegerField()))
    return Func(
        F("id"),
        array,
        template="%(expressions)s)",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


def _status(filters: QueueFilters) -> Q:
    if filters.status == "decided":
        return Q(status__in=states.DECIDED)
    if filters.status == "any":
        return ~Q(status=states.DRAFT)
    if filters.status:
        return Q(status=filters.status)
    return Q(status__in=states.OPEN)


def _tab(tab: str, actor: Actor, today: dt.date) -> Q:
    """自分の担当, 未割当, 期限超過, 補正待ち; anything else is すべて."""
    match tab:
        case "mine":
            return Q(assignee_id=actor.user_id)
        case "unassigned":
            return Q(assignee_id=None)
        case "overdue":
            return Q(due_on__lt=today)
        case "correction":
            return Q(status=states.CORRECTION)
    return Q()


def _order(filters: QueueFilters) -> list[Any]:
    """By due date while cases are open; what is over has none, so the newest come first."""
    over = filters.status in {"decided", "any"} and filters.order == "due"
    columns = ORDERS["newest"] if over else ORDERS.get(filters.order, ORDERS["due"])
    return [
        F(column.removeprefix("-")).desc(nulls_last=True) if column == "-due_on" else column
        for column in columns
    ]


def _bounded(querysets: list[QuerySet[Application]], most: int) -> list[int]:
    """How many rows each has, up to `most`, in one query."""
    parts: list[str] = []
    values: list[Any] = []
    for rows in querysets:
        limited = rows.order_by().values("id")[:most]
        try:
            sql, params = limited.query.sql_with_params()
        except EmptyResultSet:
            parts.append("0")
            continue
        parts.append(f"(SELECT count(*) FROM ({sql}) counted)")  # noqa: S608
        values += params
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), values)
        return list(cursor.fetchone())


def as_url(filters: QueueFilters) -> Mapping[str, str]:
    """The filters as they stand in the address, defaults left out."""
    given = {
        "tab": filters.tab if filters.tab != "all" else "",
        "status": filters.status,
        "scheme": filters.scheme,
        "assignee": str(filters.assignee_id or ""),
        "q": filters.query.strip(),
        "order": filters.order if filters.order != "due" else "",
    }
    return {name: value for name, value in given.items() if value}
