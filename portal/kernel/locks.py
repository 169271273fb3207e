"""One worker at a time for a long job: an advisory lock, so that cancelling does not have to wait."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models


def take(model: type[models.Model], pk: int) -> bool:
    """Take the row for this transaction; False when another worker is at it. No row is locked."""
    return _asked("pg_try_advisory_xact_lock", model, pk)


@contextmanager
def held(model: type[models.Model], pk: int) -> Iterator[bool]:
    """Hold the row over several transactions of this connection; False when another worker has it.

    Between the transaction that counts an attempt and the one that works nobody else begins. When
    the worker dies, the database lets go with its connection.
    """
    mine = _asked("pg_try_advisory_lock", model, pk)
    try:
        yield mine
    finally:
        if mine:
            _asked("pg_advisory_unlock", model, pk)


def _asked(function: str, model: type[models.Model], pk: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtext(%s), %s)", [model._meta.label, pk % 2**31])
        return bool(cursor.fetchone()[0])
