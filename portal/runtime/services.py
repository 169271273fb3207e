"""PostgreSQL and Valkey as a pair: one pair for the demonstration, one for the tests.

The tests have a pair of their own so that they never touch the demonstration's data. They leave
it running, because other test runs may be using it; `make stop` stops it.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from portal.runtime import locks, postgres, valkey
from portal.runtime.paths import PlainError, var_dir

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
    home = demo_pair().postgres_home
    server, started = postgres.start(home, "durable")
    with locks.exclusive(home.with_suffix(".create")):
        postgres.create_database(server, DEMO_DATABASE)
    return server, started


def start_tests() -> tuple[postgres.Server, valkey.Server]:
    """Start (or find running) the services of the tests."""
    pair = tests_pair()
    return (
        postgres.start(pair.postgres_home, "disposable")[0],
        valkey.start(pair.valkey_home)[0],
    )


def usage_lock() -> Path:
    """The lock file every user of the demonstration's services shares."""
    return var_dir() / "run" / "services.lock"


def _keep_mark() -> Path:
    return var_dir() / "run" / "services.keep"


def keep_running() -> None:
    """Leave the demonstration's services running when the demonstration ends."""
    _keep_mark().parent.mkdir(parents=True, exist_ok=True)
    _keep_mark().touch()


def stop_demo_if_unused() -> None:
    """Stop the demonstration's services after their last user, unless they are to be kept."""
    alone = locks.try_exclusive(usage_lock())
    if alone is None:
        return
    with alone:
        if not _keep_mark().exists():
            stop(demo_pair())


def drop_demo() -> None:
    """Remove the demonstration's database, cache and files.

    The keys stay. Raises PlainError while a demonstration runs.
    """
    alone = locks.try_exclusive(usage_lock())
    if alone is None:
        raise PlainError("The demonstration is running: stop it first (Ctrl-C, or `make stop`).")
    with alone:
        server, _ = postgres.start(demo_pair().postgres_home, "durable")
        postgres.drop_database(server, DEMO_DATABASE)
        cache, _ = valkey.start(demo_pair().valkey_home)
        with cache.client() as client:
            client.flushall()
        # Only the default folder: a MEDIA_ROOT of one's own may hold other things.
        shutil.rmtree(var_dir() / "media", ignore_errors=True)


def stop(pair: Pair) -> list[str]:
    """Stop both. Returns the names of those that were running."""
    stopped = []
    if valkey.stop(pair.valkey_home):
        stopped.append("Valkey")
    if postgres.stop(pair.postgres_home):
        stopped.append("PostgreSQL")
    return stopped


def stop_everything() -> list[str]:
    """Stop the services of the demonstration and of the tests, whoever uses them."""
    _keep_mark().unlink(missing_ok=True)
    of_tests = [f"{name} of the tests" for name in stop(tests_pair())]
    return stop(demo_pair()) + of_tests
