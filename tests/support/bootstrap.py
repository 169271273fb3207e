"""Services and settings of a test run, made ready before Django's settings are read.

Several test runs may share the machine and the services. Each process takes a numbered slot
(a file lock that vanishes with the process); the slot gives it a database name and a Valkey
database number nobody else uses.
"""

import os
from dataclasses import dataclass
from typing import IO

from portal.runtime import locks, messages, postgres, services, valkey
from portal.runtime.paths import PlainError, var_dir

# Wide enough for Valkey's numbered databases; 0 stays unused.
SLOTS = range(1, valkey.DATABASES)


@dataclass(frozen=True)
class TestServices:
    """The running services and this process's share of them."""

    __test__ = False  # not a test class, whatever its name

    database: postgres.Server
    cache: valkey.Server
    slot: int
    lock: IO[str]  # held as long as the process lives

    @property
    def database_name(self) -> str:
        """The test database of this process; the slot at its end makes it unique."""
        suffix = os.environ.get("TEST_DB_SUFFIX", "main")
        worker = os.environ.get("PYTEST_XDIST_WORKER", "solo")
        return f"test_machikoba_{suffix}_{worker}_s{self.slot}"

    def environment(self, database: str | None = None) -> dict[str, str]:
        """Settings from the environment for this process and the servers it starts."""
        name = database or self.database_name
        return {
            "DJANGO_SETTINGS_MODULE": "portal.settings.test",
            "DATABASE_URL": self.database.url(postgres.APPLICATION, name),
            "DATABASE_OWNER_URL": self.database.url(postgres.OWNER, name),
            "DATABASE_SOCKET": postgres.socket_folder(services.tests_pair().postgres_home),
            "VALKEY_URL": self.cache.url(self.slot),
            "CACHE_PREFIX": self.database_name,
            "SECRET_KEY": "only-for-tests",
            "DATA_KEYS": "t1:" + "dGVzdC1vbmx5LXRlc3Qtb25seS10ZXN0LW9ubHktMzI=",
            "DEBUG": "False",
            "DEMO_MODE": "False",
            "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
            "SITE_URL": "http://testserver",
            "EMAIL_URL": "memorymail://",
            "MEDIA_ROOT": str(var_dir() / "test-media" / self.database_name),
            "CLAMD_ADDRESS": "",
        }


def start() -> TestServices:
    """Start or find the services, take a slot, and set the environment of this process.

    Raises PlainError when a service does not start: that fails the run, nothing is skipped.
    """
    database, cache = services.start_tests()
    slot, lock = take_slot()
    ready = TestServices(database=database, cache=cache, slot=slot, lock=lock)
    os.environ.update(ready.environment())
    messages.compile_stale()
    with cache.client(slot) as client:
        client.flushdb()
    return ready


def take_slot() -> tuple[int, IO[str]]:
    """The first free slot and its lock, to be kept open. Raises PlainError if there is none."""
    folder = services.tests_pair().postgres_home / "slots"
    for slot in SLOTS:
        lock = locks.try_exclusive(folder / str(slot))
        if lock is not None:
            return slot, lock
    raise PlainError(f"More than {len(SLOTS)} test processes run at once on these services.")
