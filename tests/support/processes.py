"""Real servers of the portal against the test database: the web server and Celery workers."""

import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from portal.runtime import processes
from portal.runtime.paths import LOOPBACK, log_dir, tail
from portal.runtime.state import free_port
from tests.support.bootstrap import TestServices

STARTING_SECONDS = 40
# A worker goes without the CMS, as in production.
WORKER = {"DJANGO_SETTINGS_MODULE": "tests.support.worker_settings"}


@dataclass(frozen=True)
class LiveApp:
    """The portal as served by granian from its own process."""

    url: str
    child: processes.Child

    def path(self, path: str) -> str:
        """The full address of a path."""
        return self.url + path


def _await_answer(child: processes.Child, address: str) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    answer = "no answer"
    while child.is_alive() and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                if response.status == 200:
                    return
        except urllib.error.HTTPError as error:
            answer = str(error)
            if error.code == 500:  # it is up, and broken: waiting does not mend it
                break
        except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
            answer = str(error)
        time.sleep(0.05)
    raise RuntimeError(f"{address}: {answer}; the server's log ends:\n{tail(child.log)}")


@pytest.fixture(scope="session")
def _live_app_process(live_services: TestServices, django_db_setup: None) -> Iterator[LiveApp]:
    port = free_port()
    url = f"http://{LOOPBACK}:{port}"
    name = live_services.database_name
    child = processes.Child(
        "web server",
        processes.web_command(port, workers=1),
        environment=os.environ | live_services.environment() | {"SITE_URL": url},
        log=log_dir() / f"{name}-web.log",
    )
    try:
        _await_answer(child, f"{url}/healthz")
        yield LiveApp(url=url, child=child)
    finally:
        child.stop()


@pytest.fixture
def live_app(transactional_db: None, _live_app_process: LiveApp) -> LiveApp:
    """A real web server on this test's database, with `.url`. Commits are seen both ways."""
    if not _live_app_process.child.is_alive():
        raise RuntimeError(f"The web server died:\n{tail(_live_app_process.child.log)}")
    return _live_app_process


@pytest.fixture
def start_celery_worker(
    live_services: TestServices, transactional_db: None
) -> Iterator[Callable[..., processes.Child]]:
    """A function that starts a real Celery worker and returns it once it is ready.

    `start_celery_worker(concurrency=1, NAME="value")`: further keywords are environment
    variables. The handle has `.kill9()`, `.stop()`, `.is_alive()` and `.log`.
    """
    started: list[processes.Child] = []

    def start(*, concurrency: int = 1, **environment: str) -> processes.Child:
        number = len(started) + 1
        child = processes.Child(
            "Celery worker",
            processes.worker_command(concurrency, f"test{number}"),
            environment=os.environ | live_services.environment() | WORKER | environment,
            log=log_dir() / f"{live_services.database_name}-worker{number}.log",
        )
        started.append(child)
        child.wait_for_line(" ready.", STARTING_SECONDS)
        return child

    yield start
    for child in started:
        child.stop(seconds=5)


@pytest.fixture
def celery_worker_process(
    start_celery_worker: Callable[..., processes.Child],
) -> processes.Child:
    """One real Celery worker on this test's database, ready to take tasks."""
    return start_celery_worker()
