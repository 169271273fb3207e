"""The test run: real services, migrated databases, the application's own login.

- Services start before Django's settings are read; one that does not start fails the run.
- Every test with `db` runs as machikoba_app inside `acting(Actor.system("test"))` and is rolled
  back. Tests with `transactional_db` (or `django_db(transaction=True)`) open `acting()` themselves
  where they touch business tables; afterwards the database is cloned anew from the template.
"""

import gc
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import django
import hypothesis
import pytest
import redis

from portal.runtime.paths import PlainError
from tests.support import bootstrap, databases

pytest_plugins = [
    "tests.support.processes",
    "tests.support.browser",
    "tests.support.kept",
    "tests.support.stages",
]

# A busy machine fails no test: neither an example nor the making of one has a time limit.
hypothesis.settings.register_profile(
    "portal", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("portal")

SERVICES = pytest.StashKey[bootstrap.TestServices]()
# One connection for the whole run: a new one for each test took longer than a short test.
CACHE = pytest.StashKey[redis.Redis]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start the services; pytest-django reads the settings after this."""
    # What is read until the first test stays to the end: it is not looked through for garbage.
    gc.disable()
    try:
        config.stash[SERVICES] = bootstrap.start()
    except PlainError as error:
        raise pytest.UsageError(str(error)) from error
    services = config.stash[SERVICES]
    config.stash[CACHE] = services.cache.client(services.slot)
    # Test modules import models at their top, before any fixture runs.
    django.setup()


def pytest_xdist_setupnodes() -> None:
    """Let the workers, who inherit the environment, read the settings only after their own start."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files with slow tests first, those that may take longest at the head, then those that need
    the browser: the last minute of a run on several processes then has short ones to share out.
    """
    longest: Counter[Path] = Counter()
    for item in items:
        if item.get_closest_marker("slow"):
            limit = item.get_closest_marker("timeout")
            longest[item.path] += limit.args[0] if limit else int(config.getini("timeout"))
        elif "browser" in item.fixturenames:
            longest[item.path] += 1
    items.sort(key=lambda item: -longest[item.path])


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Migrating takes longer than a test may: it is done, here or by whoever is at it already,
    before the first test begins to count. Meanwhile the other processes have read the tests.
    """
    databases.ensure_template(session.config.stash[SERVICES])
    # Looking through what was read so far again and again took a tenth of the run.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()


@pytest.fixture(scope="session")
def live_services(request: pytest.FixtureRequest) -> bootstrap.TestServices:
    """The running PostgreSQL and Valkey of the tests, without any database prepared."""
    return request.config.stash[SERVICES]


@pytest.fixture(scope="session")
def database_template(live_services: bootstrap.TestServices) -> str:
    """The name of the migrated template database."""
    databases.drop_leftovers(live_services)
    return databases.ensure_template(live_services)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    live_services: bootstrap.TestServices,
    database_template: str,
) -> Iterator[None]:
    """Clone this process's test database; DATABASE_URL points there as machikoba_app already."""
    from django.db import connections
    from django.test import TransactionTestCase

    name = live_services.database_name

    def clone_anew(*_: object) -> None:
        connections.close_all()
        databases.clone(live_services, database_template, name)

    clone_anew()
    # The application's login may not TRUNCATE, and a flush would drop what migrations inserted.
    TransactionTestCase._fixture_teardown = clone_anew
    yield
    connections.close_all()
    databases.drop_leftovers(live_services)


def _wants_database(request: pytest.FixtureRequest) -> bool:
    return "_django_db_helper" in request.fixturenames or bool(
        request.node.get_closest_marker("django_db")
    )


def _is_transactional(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    by_marker = bool(marker) and (marker.kwargs.get("transaction") or marker.args[:1] == (True,))
    return bool(by_marker) or "transactional_db" in request.fixturenames


@pytest.fixture(autouse=True)
def _acting_as_system(request: pytest.FixtureRequest) -> Iterator[None]:
    """Business tables are granted to no login: give `db` tests the system's context."""
    if not _wants_database(request):
        yield
        return
    request.getfixturevalue("_django_db_helper")
    if _is_transactional(request):
        yield
        return
    from portal.kernel.actor import Actor
    from portal.kernel.database import acting

    with acting(Actor.system("test")):
        yield


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A request answered in English leaves English active in its thread: end that."""
    yield
    from django.utils import translation

    translation.deactivate()


@pytest.fixture(autouse=True)
def _clean_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty this process's Valkey database after each test that may have used it."""
    yield
    if _wants_database(request):
        request.config.stash[CACHE].flushdb()
