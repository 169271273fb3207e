"""A world that is built once for a file; each of its tests finds it as it was built.

Two fixtures for files whose scene costs more than their tests: the scene is a fixture of the module
that asks for `kept_database`, the file's tests use `as_built` instead of the mark `django_db`:

    pytestmark = pytest.mark.usefixtures("as_built")

    @pytest.fixture(scope="module")
    def world(kept_database): …

What was built stays as rows; a test that changes a Python object of the world changes it for the
next one too, and should read its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest


def check_foreign_keys() -> None:
    """Foreign keys are deferred to the commit, which what is rolled back never reaches."""
    from django.db import connection

    if not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is rolled back, once its foreign keys were checked; the cache goes too."""
    from django.core.cache import cache
    from django.db import transaction

    try:
        with transaction.atomic():
            yield
            check_foreign_keys()
            transaction.set_rollback(True)
    finally:
        cache.clear()


@pytest.fixture(scope="module")
def kept_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One transaction as the system for the whole file, rolled back at its end."""
    from django.db import transaction

    from portal.kernel.actor import Actor
    from portal.kernel.database import acting

    with django_db_blocker.unblock(), acting(Actor.system("test")):
        yield
        transaction.set_rollback(True)


@pytest.fixture
def as_built(kept_database: None) -> Iterator[None]:
    """What the test does is undone behind it."""
    check_foreign_keys()  # of what was built: once, not again after each test
    with undone():
        yield
