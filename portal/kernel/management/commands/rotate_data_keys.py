"""`manage.py rotate_data_keys`: encrypt everything anew under the newest data key."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, models

from portal.kernel import crypto
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.fields import BlindIndexField, EncryptedTextField

BATCH = 500


class Command(BaseCommand):
    """Put the new key first in DATA_KEYS, run this, then take the old key away."""

    help = "Encrypt anew, under the first of DATA_KEYS, what is still under an older one."

    def handle(self, *_: Any, **options: Any) -> None:
        """Column by column, in batches; may be stopped and run again."""
        for model in apps.get_models():
            fields = [f for f in model._meta.local_fields if isinstance(f, EncryptedTextField)]
            if fields:
                self.stdout.write(f"{model._meta.label}: {rotate_model(model, fields)} rows")
        for name, rotate in crypto.ROTATIONS.items():
            with acting(Actor.system("rotate_data_keys")):
                self.stdout.write(f"{name}: {rotate()}")


def rotate_model(model: type[models.Model], fields: list[EncryptedTextField]) -> int:
    """How many rows were encrypted anew. Raises crypto.Unreadable at the first damaged value."""
    names = [field.name for field in fields]
    names += [
        field.name
        for field in model._meta.local_fields
        if isinstance(field, BlindIndexField) and field.of in names
    ]
    total = 0
    while True:
        with acting(Actor.system("rotate_data_keys")):
            rows = list(model._base_manager.filter(pk__in=_old_rows(model, fields)))
            for row in rows:
                row.save(update_fields=names)
        total += len(rows)
        if not rows:
            return total


def _old_rows(model: type[models.Model], fields: list[EncryptedTextField]) -> list[Any]:
    """Primary keys of a locked batch of rows not under the newest key."""
    quote, prefix = connection.ops.quote_name, crypto.newest_prefix()
    old = " OR ".join(
        f"substring({quote(field.column)} FROM 1 FOR {len(prefix)}) <> %s" for field in fields
    )
    key = quote(model._meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key} FROM {quote(model._meta.db_table)} WHERE {old}"  # noqa: S608
            f" ORDER BY {key} LIMIT {BATCH} FOR UPDATE",
            [prefix] * len(fields),
        )
        return [row[0] for row in cursor.fetchall()]
