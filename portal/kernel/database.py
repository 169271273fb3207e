"""Database context: which PostgreSQL role and which ward, firm and person a transaction acts for.

The login role sees no business table. `acting()` opens a transaction and switches, for this
transaction only, to the role of the actor's hat; row policies (portal.kernel.rls) then show only
that ward's or that firm's rows. Forgetting it raises InsufficientPrivilege instead of showing an
empty or, worse, a full list. Session-level settings are never used: they would survive in a
connection that the next request reuses.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

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
        _switch(scope)
        token = _scope.set(scope)
        try:
            yield
        finally:
            _scope.reset(token)
        # A rollback to the savepoint restores the settings by itself.
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


def _switch(scope: Scope) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('app.ward', %s, true),"
            " set_config('app.firm', %s, true), set_config('app.user', %s, true)",
            scope,
        )


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
