"""受信箱: everything that waits for one person, from all modules, in two statements.

The sources' rows are brought to the same columns and read as one list by PostgreSQL, which counts,
narrows, orders and cuts it: a page costs the same with one row and with a thousand.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import (
    BigIntegerField,
    DateField,
    DateTimeField,
    F,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.fields import Field
from django.db.models.functions import Cast, Trim
from django.urls import reverse

from portal.accounts.models import User
from portal.duty.sources import ROOMS, Column, Source, all_sources, sources_for
from portal.kernel.actor import Actor
from portal.kernel.database import Statement, united
from portal.kernel.transitions import State

PAGE_SIZE = 25
TABS = ("all", "mine", "deputy", "nobody", "colleague", "overdue")
ORDERS = {
    "due": "due NULLS LAST, since, source, ref, about",
    "-due": "due DESC NULLS LAST, since DESC, source, ref, about",
    "newest": "since DESC NULLS LAST, source, ref, about",
}


class Line(NamedTuple):
    """A row as PostgreSQL has it; what it means is said by its source."""

    code: str
    ref: str
    about: str
    number: str
    kind: str
    status: str
    due: dt.date | None
    person_id: int | None
    since: dt.datetime | None


_COLUMNS = "source, ref, about, number, kind, status, due, person, since"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the inbox. `standing_in` names the absent colleague whose it is."""

    line: Line
    source: Source
    person: str
    is_mine: bool
    standing_in: bool

    @property
    def what(self) -> str:
        return self.source.words(self.line.status)

    @property
    def kind(self) -> str:
        return self.source.kind_words(self.line.kind)

    @property
    def state(self) -> State:
        return self.source.state(self.line.status)

    @property
    def url(self) -> str:
        args = [self.line.ref] if self.source.ref else []
        return reverse(self.source.url_name, args=args)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for. `absent`: those for whom the actor stands in today."""

    tab: str = "all"
    room: str = ""
    words: str = ""
    order: str = "due"
    absent: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page, with what a pager asks of Django's pages, and the number in every tab."""

    items: Sequence[Item]
    number: int
    total: int
    tabs: Mapping[str, int] = field(default_factory=dict)
    rooms: Mapping[str, int] = field(default_factory=dict)

    @property
    def paginator(self) -> "Inbox":
        return self

    @property
    def count(self) -> int:
        return self.total

    @property
    def num_pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))

    def has_previous(self) -> bool:
        return self.number > 1

    def has_next(self) -> bool:
        return self.number < self.num_pages

    def start_index(self) -> int:
        return (self.number - 1) * PAGE_SIZE + 1 if self.items else 0

    def end_index(self) -> int:
        return self.start_index() + len(self.items) - 1 if self.items else 0


def inbox(actor: Actor, wanted: Wanted, *, today: dt.date, page: int = 1) -> Inbox:
    """One page of what waits for the actor: three queries, however much it is."""
    chosen = sources_for(actor)
    by_source = _counts(actor, wanted, chosen, today)
    rooms = {
        room.code: sum(by_source[code]["all"] for code in by_source if _room(code) == room.code)
        for room in ROOMS
    }
    counted = [
        row for code, row in by_source.items() if not wanted.room or _room(code) == wanted.room
    ]
    tabs = {tab: sum(row[tab] for row in counted) for tab in TABS}
    total = sum(row["found"] for row in counted)
    number = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
    lines = _lines(actor, wanted, chosen, today, PAGE_SIZE, (number - 1) * PAGE_SIZE)
    return Inbox(_items(actor, wanted, lines), number, total, tabs, rooms)


def everything(actor: Actor, wanted: Wanted, *, today: dt.date, most: int) -> list[Item]:
    """All lines of these filters, `most` at the highest, for a file."""
    return _items(actor, wanted, _lines(actor, wanted, sources_for(actor), today, most, 0))


def items_of(actor: Actor, person_id: int, *, today: dt.date, most: int) -> list[Item]:
    """What stands on one person among the lines that the actor sees, by day."""
    lines = [
        line
        for line in _lines(actor, Wanted(), sources_for(actor), today, most, 0, person_id)
        if line.person_id == person_id
    ]
    return _items(actor, Wanted(), lines)


def _room(code: str) -> str:
    return all_sources()[code].room.code


def _items(actor: Actor, wanted: Wanted, lines: Iterable[Line]) -> list[Item]:
    """With the persons' names: one query."""
    found = list(lines)
    ids = {line.person_id for line in found if line.person_id}
    names = dict(User.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    return [
        Item(
            line,
            all_sources()[line.code],
            names.get(line.person_id or 0, ""),
            is_mine=line.person_id == actor.user_id,
            standing_in=line.person_id in wanted.absent,
        )
        for line in found
    ]


def _lines(
    actor: Actor,
    wanted: Wanted,
    sources: Sequence[Source],
    today: dt.date,
    most: int,
    start: int,
    person_id: int | None = None,
) -> Iterator[Line]:
    here = [source for source in sources if not wanted.room or source.room.code == wanted.room]
    asked = _union(actor, here, today)
    if not asked.sql:
        return iter(())
    tab, values = _tab(wanted.tab, actor, wanted.absent, today)
    words, more = _words(wanted.words)
    person = "" if person_id is None else " AND person = %s"
    order = ORDERS.get(wanted.order, ORDERS["due"])
    given = [*asked.values, *values, *more, *([person_id] if person else []), most, start]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({asked.sql}) line({_COLUMNS}) WHERE {tab} AND {words}{person}"  # noqa: S608
            f" ORDER BY {order} LIMIT %s OFFSET %s",
            given,
        )
        return map(Line._make, cursor.fetchall())


def _counts(
    actor: Actor, wanted: Wanted, sources: Sequence[Source], today: dt.date
) -> dict[str, dict[str, int]]:
    """By source, the number in each tab and of what the filters find: one statement."""
    asked = _union(actor, sources, today)
    if not asked.sql:
        return {}
    parts: list[str] = []
    values: list[Any] = []
    words, more = _words(wanted.words)
    for tab in TABS:
        condition, given = _tab(tab, actor, wanted.absent, today)
        parts.append(f"count(*) FILTER (WHERE {condition})")
        values += given
    condition, given = _tab(wanted.tab, actor, wanted.absent, today)
    parts.append(f"count(*) FILTER (WHERE {condition} AND {words})")
    values += [*given, *more]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT source, {', '.join(parts)} FROM ({asked.sql}) line({_COLUMNS})"  # noqa: S608
            " GROUP BY source",
            [*values, *asked.values],
        )
        return {
            row[0]: dict(zip((*TABS, "found"), row[1:], strict=True)) for row in cursor.fetchall()
        }


def _tab(tab: str, actor: Actor, absent: frozenset[int], today: dt.date) -> tuple[str, list[Any]]:
    """自分の担当, 代理, 担当なし, 同僚の担当, 期限超過; anything else is すべて."""
    match tab:
        case "mine":
            return "person = %s", [actor.user_id]
        case "deputy":
            return "person = ANY(%s)", [sorted(absent)]
        case "nobody":
            return "person IS NULL", []
        case "colleague":
            return "person <> %s AND NOT person = ANY(%s)", [actor.user_id, sorted(absent)]
        case "overdue":
            return "due < %s", [today]
    return "true", []


def _words(words: str) -> tuple[str, list[Any]]:
    """Lines with the words in whom it is about or in the number; signs of LIKE mean themselves."""
    if not words:
        return "true", []
    plain = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return "(about ILIKE %s OR number ILIKE %s)", [f"%{plain}%", f"%{plain}%"]


def _union(actor: Actor, sources: Iterable[Source], today: dt.date) -> Statement:
    return united(_alike(source, source.rows(actor, today)) for source in sources)


def _alike(source: Source, rows: QuerySet) -> QuerySet:
    """The source's rows in the columns of a Line."""
    columns: dict[str, Any] = {
        "line_source": Cast(Value(source.code), TextField()),
        "line_ref": _as(source.ref, TextField()),
        "line_about": Trim(_as(source.about, TextField())),
        "line_number": _as(source.number, TextField()),
        "line_kind": _as(source.kind, TextField()),
        "line_status": _as(source.status, TextField()),
        "line_due": _as(source.due, DateField()),
        "line_person": _as(source.person, BigIntegerField()),
        "line_since": _as(source.since, DateTimeField()),
    }
    return rows.order_by().annotate(**columns).values_list(*columns)


def _as(column: Column, kind: Field) -> Combinable:
    """The column in the type that all sources share; what a source has not is empty."""
    if isinstance(column, Combinable):
        return Cast(column, kind)
    if column:
        return Cast(F(column), kind)
    return Cast(Value("" if isinstance(kind, TextField) else None), kind)
