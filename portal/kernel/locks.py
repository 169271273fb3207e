"""One worker at a time for a long job: an advisory lock, so that cancelling does not have to wait."""

from django.db import connection, models


def take(model: type[models.Model], pk: int) -> bool:
    """Take the row for this transaction; False when another worker is at it. No row is locked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)", [model._meta.label, pk % 2**31]
        )
        return bool(cursor.fetchone()[0])
