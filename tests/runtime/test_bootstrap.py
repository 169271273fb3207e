"""The test run's own promises: the right login, a migrated copy, and no leftovers."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_tests_run_as_the_application_and_never_as_an_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT session_user, current_user, rolsuper, rolbypassrls, rolcreatedb"
            " FROM pg_roles WHERE rolname = session_user"
        )
        assert cursor.fetchone() == ("machikoba_app", "app_system", False, False, False)
