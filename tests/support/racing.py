"""Several at once: a starting gun for threads, and waiting for what another process does."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from portal.kernel.actor import Actor
from portal.kernel.database import acting

SYSTEM = Actor.system("test")


def at_once(jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all jobs from one starting gun; results in order, a refusal as its class."""
    gun = threading.Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            gun.wait(30)
            return job()
        except Exception as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def elsewhere(act: Callable[..., Any], *, actor: Actor, **given: Any) -> None:
    """Call a service from another connection: this one keeps its locks."""

    def run() -> None:
        with acting(actor):
            act(actor=actor, **given)
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def until(condition: Callable[[], Any], meanwhile: Callable[[], Any], seconds: float = 60) -> None:
    """Wait for the condition, sweeping as beat would (`meanwhile`)."""
    deadline = time.monotonic() + seconds
    while True:
        with acting(SYSTEM):
            if condition():
                return
        assert time.monotonic() < deadline, "it did not happen in time"
        meanwhile()
        time.sleep(0.2)


def until_held(condition: Callable[[], Any], seconds: float = 60) -> None:
    """Wait, within one's own transaction, for the condition and for somebody waiting for a lock."""
    deadline = time.monotonic() + seconds
    while not condition() or not somebody_waits():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def somebody_waits() -> bool:
    """Whether a lock of the database is waited for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0
