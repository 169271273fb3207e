"""PostgreSQL and Valkey as a pair: one pair for the demonstration, one for the tests.

The tests have a pair of their own so that they never touch the demonstration's data. They leave
it running, because other test runs may be using it; `make stop` stops it.
"""

from dataclasses import dataclass
from pathlib import Path

from portal.runtime import postgres, valkey
from portal.runtime.paths import var_dir

DEMO_DATABASE = "machikoba"


@dataclass(frozen=True)
class Pair:
    """The folders of one PostgreSQL and one Valkey."""

    postgres_home: Path
    valkey_home: Path


def demo_pair() -> Pair:
    """The services that keep the demonstration's data."""
    return Pair(var_dir() / "postgres", var_dir() / "valkey")


def tests_pair() -> Pair:
    """The services of the tests; their databases are thrown away."""
    return Pair(var_dir() / "test-postgres", var_dir() / "test-valkey")


def start_demo_postgres() -> tuple[postgres.Server, bool]:
    """Start the demonstration's PostgreSQL with its (possibly empty) database.

    Returns the server, and whether this call started it.
    """
    server, started = postgres.start(demo_pair().postgres_home, "durable")
    postgres.create_database(server, DEMO_DATABASE)
    return server, started


def start_tests() -> tuple[postgres.Server, valkey.Server]:
    """Start (or find running) the services of the tests."""
    pair = tests_pair()
    return (
        postgres.start(pair.postgres_home, "disposable")[0],
        valkey.start(pair.valkey_home)[0],
    )


def environment(database: postgres.Server, cache: valkey.Server) -> dict[str, str]:
    """The settings that point the portal at the demonstration's own services."""
    return {
        "DATABASE_URL": database.url(postgres.APPLICATION, DEMO_DATABASE),
        "DATABASE_OWNER_URL": database.url(postgres.OWNER, DEMO_DATABASE),
        "VALKEY_URL": cache.url(),
    }


def stop(pair: Pair) -> list[str]:
    """Stop both. Returns the names of those that were running."""
    stopped = []
    if valkey.stop(pair.valkey_home):
        stopped.append("Valkey")
    if postgres.stop(pair.postgres_home):
        stopped.append("PostgreSQL")
    return stopped
