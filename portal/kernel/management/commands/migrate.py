"""`manage.py migrate`: Django's own, which fills an empty database in a fifth of the time."""

from django.core.management.commands import migrate

from portal.kernel.first_migration import FirstMigration

# Django's command takes its executor from its own module.
migrate.MigrationExecutor = FirstMigration


class Command(migrate.Command):
    """What portal.kernel.first_migration tells."""
