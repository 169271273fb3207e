"""Database context: which PostgreSQL role and which ward, firm and person a transaction acts for.

The login role sees no business table. `acting()` opens a transaction and switches, for this
transaction only, to the role of the actor's hat; row policies (portal.kernel.rls) then show only
that ward's or that firm's rows. Forgetting it raises InsufficientPrivilege instead of showing an
empty or, worse, a full list. Session-level settings are never used: they would survive in a
connection that the next request reuses.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection, models, transaction

from portal.kernel.actor import Actor


class Scope(NamedTuple):
    """What a transaction may see; strings because PostgreSQL settings are strings."""

    role: str = "none"
    ward: str = ""
    firm: str = ""
    user: str = ""


_scope: ContextVar[Scope | None] = ContextVar("database_scope", default=None)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Run the block in a transaction with the rows of `actor` visible, and no others.

    Nests: an inner block (a savepoint) gives the outer scope back at its end. An outermost block
    ends the transaction, and its settings end with it.
    """
    nested = connection.in_atomic_block
    outer = (_scope.get() if nested else None) or Scope()
    with transaction.atomic():
        scope = _scope_of(actor)
        # A service called by another often acts for whom the transaction acts already.
        if not nested or scope != outer:
            _switch(scope)
        token = _scope.set(scope)
        try:
            yield
        finally:
            last = _scope.get()  # another one after continue_as()
            _scope.reset(token)
        # A rollback to the savepoint restores the settings by itself.
        if nested and last != outer and not connection.needs_rollback:
            _switch(outer)


@contextmanager
def acting_unless(
    column: str, otherwise: type[Exception], *, actor: Actor, asked: str, values: Sequence[Any]
) -> Iterator[tuple[Any, ...]]:
    """As `acting()`, with a question in the statement that switches: one round trip less.

    `asked` is what stands after FROM and gives one row, which the block is given. Where its `column` is
    true nothing is switched, no savepoint is made and `otherwise` is raised.
    """
    nested = connection.in_atomic_block
    outer = (_scope.get() if nested else None) or Scope()
    scope = _scope_of(actor)
    with nullcontext() if nested else transaction.atomic():
        row = _ask_and_switch(scope, column, asked, values)
        if row[0]:
            raise otherwise
        token = _scope.set(scope)
        try:
            with transaction.atomic() if nested else nullcontext():
                yield row[1 + len(scope) :]
        finally:
            _scope.reset(token)
            # The savepoint is younger than the switch: a rollback to it leaves the settings.
            if nested and not connection.needs_rollback:
                _switch(outer)


def continue_as(actor: Actor) -> None:
    """Go on as `actor` until the end of the running `acting()` block.

    For the request middleware, which reads a person's hats before it knows which one is worn:
    the same transaction, without the cost of a savepoint.
    """
    if not connection.in_atomic_block or _scope.get() is None:
        raise RuntimeError("continue_as() needs a running acting() block")
    scope = _scope_of(actor)
    _switch(scope)
    _scope.set(scope)


def current_scope() -> Scope | None:
    """The scope of the running transaction, or None outside `acting()`."""
    return _scope.get()


def _scope_of(actor: Actor) -> Scope:
    def text(value: int | None) -> str:
        return "" if value is None else str(value)

    return Scope(actor.database_role, text(actor.ward_id), text(actor.firm_id), text(actor.user_id))


_SETTINGS = [
    f"set_config('{name}', %s, true)" for name in ("role", "app.ward", "app.firm", "app.user")
]
_SWITCH = f"SELECT {', '.join(_SETTINGS)}"


def _switch(scope: Scope) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SWITCH, scope)


def _ask_and_switch(
    scope: Scope, column: str, asked: str, values: Sequence[Any]
) -> tuple[Any, ...]:
    """The answer's `column`, what was set (nothing where it is true), and the answer's row."""
    settings = ", ".join(f"CASE WHEN NOT {column} THEN {each} END" for each in _SETTINGS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column}, {settings}, found.* FROM {asked} found",  # noqa: S608
            [*scope, *values],
        )
        return tuple(cursor.fetchone())


class Statement(NamedTuple):
    """Several queries as one, built once and asked as often as wanted.

    What every page asks costs more to build than to answer. The rows are read anew each time. The
    question must not change between two askings: a query that depends on the time says so in SQL.
    """

    sql: str
    values: tuple[Any, ...]

    def fetch(self) -> list[tuple[Any, ...]]:
        """The rows as PostgreSQL has them."""
        if not self.sql:
            return []
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.values)
            return cursor.fetchall()


def united(rows: Iterable[models.QuerySet]) -> Statement:
    """The rows of all these `values_list()` of alike columns."""
    asked = [found for found in map(_compiled, rows) if found.sql]
    return _joined(" UNION ALL ", asked)


def counted(rows: Iterable[models.QuerySet]) -> Statement:
    """One row: how many each of these has."""
    asked = [_compiled(each.order_by().values("pk")) for each in rows]
    counts = [
        Statement(f"(SELECT count(*) FROM ({sql}) one)" if sql else "0", values)  # noqa: S608
        for sql, values in asked
    ]
    sql, values = _joined(", ", counts)
    return Statement(f"SELECT {sql}" if sql else "", values)


def _compiled(rows: models.QuerySet) -> Statement:
    """Without SQL where nothing can be found."""
    try:
        sql, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return Statement("", ())
    return Statement(sql, tuple(values))


def _joined(between: str, parts: Sequence[Statement]) -> Statement:
    values = tuple(value for part in parts for value in part.values)
    return Statement(between.join(part.sql for part in parts), values)


def insert_blind(instance: models.Model) -> None:
    """INSERT without RETURNING: for rows that their writer need not be allowed to read.

    PostgreSQL asks the SELECT policy about every row that RETURNING gives back, and Django always
    asks for generated keys and database defaults; those stay unset in `instance`. Columns without
    a value are not named: the writer need not be allowed to fill them.
    """
    fields = [
        field
        for field in instance._meta.concrete_fields
        if not field.has_db_default() and getattr(instance, field.attname) is not None
    ]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    values = [
        field.get_db_prep_save(getattr(instance, field.attname), connection) for field in fields
    ]
    marks = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(instance._meta.db_table)} ({columns}) VALUES ({marks})",  # noqa: S608
            values,
        )
