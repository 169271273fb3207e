"""Test databases: migrated once into a template, then cloned (about 70 ms) for each need.

The template's name carries a digest of everything that shapes the schema, so a changed migration
makes a new one and nobody tests against an old schema. The application's login never owns
anything here; cloning and dropping is done by the test cluster's administrator.

`python -m tests.support.databases` makes the template before a run.
"""

import os
import subprocess
import sys

import psycopg
from psycopg import sql

from portal.runtime import fingerprints, locks, postgres
from portal.runtime.paths import ROOT
from portal.runtime.services import tests_pair
from tests.support import bootstrap
from tests.support.bootstrap import TestServices

TEMPLATE_PREFIX = "test_machikoba_template_"
TEMPLATES_KEPT = 6


def ensure_template(services: TestServices) -> str:
    """The name of the migrated template database; built by whoever needs it first."""
    name = TEMPLATE_PREFIX + fingerprints.schema()
    lock = tests_pair().postgres_home / "template.lock"
    with locks.exclusive(lock), _admin(services) as admin:
        if not _exists(admin, name):
            _build_template(services, admin, name)
            _drop_old_templates(services, admin)
    return name


def _build_template(services: TestServices, admin: psycopg.Connection, name: str) -> None:
    """Migrate as the owner into a database of another name, then rename it: never half-made."""
    building = f"{name}_new"
    postgres.drop_database(services.database, building)
    postgres.create_database(services.database, building)
    owner_url = services.database.url(postgres.OWNER, building)
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input", "--skip-checks"],
        cwd=ROOT,
        env=os.environ
        | services.environment(building)
        | {"DATABASE_URL": owner_url, "DATABASE_STATEMENT_TIMEOUT_MS": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise AssertionError(f"Migrating the test template failed:\n{done.stdout}\n{done.stderr}")
    admin.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
            sql.Identifier(building), sql.Identifier(name)
        )
    )


def _drop_old_templates(services: TestServices, admin: psycopg.Connection) -> None:
    """Keep the newest templates (oid order is age); others may still be cloning a recent one."""
    rows = admin.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY oid DESC",
        [f"{TEMPLATE_PREFIX}%"],
    ).fetchall()
    for (name,) in rows[TEMPLATES_KEPT:]:
        postgres.drop_database(services.database, name)


def drop_leftovers(services: TestServices) -> None:
    """Remove databases an earlier, killed process left in this slot: the slot is ours now."""
    with _admin(services) as admin:
        rows = admin.execute(
            "SELECT datname FROM pg_database WHERE datname ~ %s",
            [f"^test_machikoba_.*_s{services.slot}$"],
        ).fetchall()
    for (name,) in rows:
        postgres.drop_database(services.database, name)


def clone(services: TestServices, template: str, name: str) -> None:
    """(Re)make a database as an exact copy of the template, sequences included.

    Sessions on the old one are ended: servers under test take a new connection by themselves
    (CONN_HEALTH_CHECKS). FILE_COPY is twice as quick as WAL_LOG with fsync off.
    """
    with _admin(services) as admin:
        admin.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(postgres.OWNER), sql.Identifier(template)
            )
        )
        # A clone does not inherit what migrate has set on the database itself (portal.kernel.rls).
        revoke = sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC")
        admin.execute(revoke.format(sql.Identifier(name)))


def _exists(admin: psycopg.Connection, name: str) -> bool:
    found = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return found.fetchone() is not None


def _admin(services: TestServices) -> psycopg.Connection:
    return services.database.connect()


if __name__ == "__main__":
    ensure_template(bootstrap.start())
