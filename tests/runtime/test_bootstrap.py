"""The test run's own promises: the right login, a migrated copy, and a clean one for each test."""

import dataclasses
from collections.abc import Iterator

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import ProgrammingError, connection
from django.test import TransactionTestCase

from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from tests.support import bootstrap, databases
from tests.support.bootstrap import TestServices


@pytest.mark.django_db
def test_tests_run_as_the_application_and_never_as_an_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT session_user, current_user, rolsuper, rolbypassrls, rolcreatedb"
            " FROM pg_roles WHERE rolname = session_user"
        )
        assert cursor.fetchone() == ("machikoba_app", "app_system", False, False, False)


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_has_no_context_of_its_own() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("machikoba_app",)
        with pytest.raises(ProgrammingError, match="permission denied"):
            cursor.execute(f"SELECT * FROM {AuditRow._meta.db_table}")


@pytest.mark.django_db(transaction=True)
def test_what_a_transactional_test_commits_is_gone_and_what_migrations_inserted_is_back() -> None:
    def count(table: str) -> int:
        with acting(Actor.system("test")), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            return cursor.fetchone()[0]

    wards = count("programs_ward")
    assert wards == 23
    types = ContentType.objects.count()
    with acting(Actor.system("test")), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_session (session_key, session_data, expire_date)"
            " VALUES ('left-over', '', now())"
        )
    assert count("django_session") == 1

    TransactionTestCase._fixture_teardown(None)

    assert count("django_session") == 0
    assert count("programs_ward") == wards
    assert ContentType.objects.count() == types


@pytest.mark.django_db
@pytest.mark.parametrize("turn", [1, 2])
def test_the_cache_is_empty_at_the_start_of_each_test(turn: int) -> None:
    assert cache.get("left-over") is None
    cache.set("left-over", turn)
    assert cache.get("left-over") == turn


@pytest.fixture
def second_process(live_services: TestServices) -> Iterator[TestServices]:
    """The share of the services another test process would get now."""
    slot, lock = bootstrap.take_slot()
    with lock:
        yield dataclasses.replace(live_services, slot=slot, lock=lock)


def test_two_processes_never_share_a_database(
    live_services: TestServices, second_process: TestServices
) -> None:
    assert second_process.database_name != live_services.database_name
    assert second_process.environment()["VALKEY_URL"] != live_services.environment()["VALKEY_URL"]


def test_leftovers_of_a_killed_process_are_removed_and_only_those(
    second_process: TestServices, database_template: str
) -> None:
    killed = f"test_machikoba_killed_gw9_s{second_process.slot}"
    running = f"test_machikoba_running_gw9_s9{second_process.slot}"
    for name in (killed, running):
        databases.clone(second_process, database_template, name)
    databases.drop_leftovers(second_process)
    with second_process.database.connect() as admin:
        names = {row[0] for row in admin.execute("SELECT datname FROM pg_database").fetchall()}
        admin.execute(f"DROP DATABASE IF EXISTS {running}")
    assert killed not in names
    assert running in names
