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

from django.db import connection, transaction

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

    Nests: an inner block (a savepoint) gives the outer scope back at its end.
    """
    outer = _scope.get() if connection.in_atomic_block else None
    with transaction.atomic():
        scope = _scope_of(actor)
        _switch(scope)
        token = _scope.set(scope)
        try:
            yield
        finally:
            _scope.reset(token)
        # After an exception the savepoint's rollback restores the settings by itself.
        _switch(outer or Scope())


def current_scope() -> Scope | None:
    """The scope of the running transaction, or None outside `acting()`."""
    return _scope.get()


def _scope_of(actor: Actor) -> Scope:
    def text(value: int | None) -> str:
        return "" if value is None else str(value)

    return Scope(
        actor.database_role, text(actor.ward_id), text(actor.firm_id), text(actor.user_id)
    )


def _switch(scope: Scope) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('app.ward', %s, true),"
            " set_config('app.firm', %s, true), set_config('app.user', %s, true)",
            scope,
        )
