"""The bench's own PostgreSQL, Valkey, databases and web server, all under var/bench-*."""

import base64
import contextlib
import os
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

import psutil
from psycopg import sql

from portal.runtime import postgres, processes, static, valkey
from portal.runtime.paths import LOOPBACK, PlainError, log_dir, tail, var_dir
from portal.runtime.state import free_port
from portal.runtime.steps import Steps

SEED, RUN = "machikoba_bench_seed", "machikoba_bench"
WORKERS = 2
# What workers do is measured in processes with a worker's settings, which bench adds nothing to.
WORKER = {"DJANGO_SETTINGS_MODULE": "portal.settings.worker"}
ANSWER_SECONDS = 60


@dataclass(frozen=True)
class Services:
    """The running PostgreSQL and Valkey of the bench."""

    database: postgres.Server
    cache: valkey.Server
    port: int

    def environment(self, name: str) -> dict[str, str]:
        """Settings of a process that works on the database `name`; keys live for one run."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "DATABASE_URL": self.database.url(postgres.APPLICATION, name),
            "DATABASE_OWNER_URL": self.database.url(postgres.OWNER, name),
            "BENCH_ADMIN_URL": self.database.url(postgres.SUPERUSER, name),
            "VALKEY_URL": self.cache.url(),
            "SECRET_KEY": _SECRET,
            "DATA_KEYS": f"d1:{_DATA_KEY}",
            "DEBUG": "False",
            "DEMO_MODE": "False",
            "ALLOWED_HOSTS": LOOPBACK,
            "SITE_URL": f"http://{LOOPBACK}:{self.port}",
            "MEDIA_ROOT": str(var_dir() / "bench-media"),
            "EMAIL_URL": "memorymail://",
            "CLAMD_ADDRESS": "",
            "LOG_LEVEL": "WARNING",
            "PYTHONUNBUFFERED": "1",
        }


_SECRET = secrets.token_urlsafe(48)
_DATA_KEY = base64.b64encode(secrets.token_bytes(32)).decode()


@contextlib.contextmanager
def services() -> Iterator[Services]:
    """Start both and stop them at the end. The data of PostgreSQL is kept for the next run."""
    homes = var_dir() / "bench-postgres", var_dir() / "bench-valkey"
    try:
        database, _ = postgres.start(homes[0], "durable")
        cache, _ = valkey.start(homes[1])
        with cache.client() as client:
            client.flushall()
        yield Services(database, cache, free_port())
    finally:
        valkey.stop(homes[1])
        postgres.stop(homes[0])


def label(database: postgres.Server, name: str) -> str | None:
    """What was noted about the database when it was made; None if there is none."""
    with database.connect() as connection:
        row = connection.execute(
            "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database"
            " WHERE datname = %s",
            [name],
        ).fetchone()
    return row[0] if row else None


def make(running: Services, steps: Steps, name: str) -> None:
    """An empty, migrated database of that name; an older one of that name goes."""
    postgres.drop_database(running.database, name)
    postgres.create_database(running.database, name)
    settings = running.environment(name)
    owner = {"DATABASE_URL": settings["DATABASE_OWNER_URL"]}
    steps.run(
        processes.python("-m", "portal.runtime.schema"),
        environment=settings | owner | {"DATABASE_STATEMENT_TIMEOUT_MS": "0"},
        log=log_dir() / "bench-migrate.log",
    )


def set_label(database: postgres.Server, name: str, text: str) -> None:
    """Note what the database holds; last, so that a half-made one has no note."""
    with database.connect() as connection:
        connection.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(text))
        )


def clone(database: postgres.Server) -> None:
    """A fresh copy of the seeded database to measure on: a run leaves no trace for the next."""
    postgres.drop_database(database, RUN)
    with database.connect() as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(RUN), sql.Identifier(postgres.OWNER), sql.Identifier(SEED)
            )
        )
    with database.connect(database=RUN) as connection:
        connection.execute("CHECKPOINT")


@contextlib.contextmanager
def served(running: Services, steps: Steps) -> Iterator[processes.Child]:
    """The portal on the copied database, served as in production by two workers."""
    settings = running.environment(RUN)
    static.collect(steps, settings)
    child = processes.Child(
        "web server",
        processes.web_command(running.port, workers=WORKERS),
        environment=settings,
        log=log_dir() / "bench-web.log",
    )
    try:
        _await_answer(child, f"http://{LOOPBACK}:{running.port}/healthz")
        yield child
    finally:
        child.stop()


def rss_mb(child: processes.Child) -> float:
    """Resident memory of the worker processes together, without the server's parent (MB)."""
    workers = psutil.Process(child.pid).children(recursive=True)
    return sum(worker.memory_info().rss for worker in workers) / 1_000_000


def _await_answer(child: processes.Child, address: str) -> None:
    deadline = time.monotonic() + ANSWER_SECONDS
    while child.is_alive() and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                if response.status == 200:
                    return
        except urllib.error.HTTPError:
            break
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise PlainError(f"The measured web server does not answer; its log ends:\n{tail(child.log)}")
