"""Bring the database to the code's schema: `python -m portal.runtime.schema`, as the owner.

The one part of the runtime that needs Django. It refuses a database that is ahead of the code or
whose history has holes, before touching it, in one sentence ("plain: …", exit code 3).
"""

import os
import sys

import django
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.exceptions import InconsistentMigrationHistory, NodeNotFoundError
from django.db.migrations.loader import MigrationLoader

from portal.runtime.paths import PlainError


def check_history() -> int:
    """How many migrations are still to be applied. Raises PlainError on a half-migrated database.

    Half-migrated: the database has migrations this code does not know, or has one without those
    it depends on.
    """
    loader = MigrationLoader(connection, ignore_no_migrations=True)
    known = set(loader.disk_migrations) | {
        old for migration in loader.replacements.values() for old in migration.replaces
    }
    unknown = sorted(set(loader.applied_migrations) - known)
    if unknown:
        app, name = unknown[0]
        raise PlainError(
            f"The database is half migrated: it has {len(unknown)} migration(s) this version of"
            f" the code does not know ({app}.{name}); start the version that made them, or"
            " `make demo-reset` if its data may go."
        )
    try:
        loader.check_consistent_history(connection)
    except InconsistentMigrationHistory as error:
        raise PlainError(
            f"The database is half migrated: {str(error).rstrip('.')}; restore a backup, or"
            " `make demo-reset` if its data may go."
        ) from error
    return len(set(loader.graph.nodes) - set(loader.applied_migrations))


def migrate() -> int:
    """Apply what is missing. Returns how many migrations. Raises PlainError when one fails.

    PostgreSQL undoes a failed migration as a whole; the ones before it stay.
    """
    missing = check_history()
    try:
        call_command("migrate", interactive=False, verbosity=1)
    except DatabaseError as error:
        first_line = str(error).strip().splitlines()[0]
        raise PlainError(
            f"The database is half migrated: a migration failed ({first_line}); var/log/migrate.log"
            " names it. Nothing of it was kept: mend the cause and start again."
        ) from error
    return missing


def main() -> int:
    """Migrate and say how many migrations that took."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
    django.setup()
    try:
        applied = migrate()
    except (PlainError, NodeNotFoundError) as error:
        sys.stdout.flush()
        print(f"\nplain: {error}")  # the migration's own line may not be ended yet
        return 3
    print(f"{applied} migrations applied" if applied else "up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
