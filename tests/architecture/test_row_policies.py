"""The net beneath the policies has no hole: what carries a ward or a firm is protected."""

import pytest
from django.apps import apps
from django.db import connection

from portal.kernel import rls

pytestmark = pytest.mark.django_db

# Tables that name a ward or firm and yet are open to all roles, each with its reason.
OPEN = {
    "accounts_assignment": "read at every request, before the hat is known",
    "accounts_invitation": "read by its token before sign-in; holds no case data",
}


def our_tables():
    for config in apps.get_app_configs():
        if config.name.split(".")[0] in {
            "portal",
            "programs",
            "subsidies",
            "kpi",
            "dojo",
            "advisors",
            "lab",
        }:
            yield from config.get_models(include_auto_created=True)


def columns(model):
    return {field.column for field in model._meta.concrete_fields}


def test_every_table_with_a_ward_or_a_firm_is_protected():
    protected = {table.table for table in rls.declared()}
    bare = {
        model._meta.db_table
        for model in our_tables()
        if columns(model) & {"ward_id", "firm_id", "application_id"}
    }
    assert bare - protected - OPEN.keys() == set()


def test_the_database_forces_what_is_declared():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
        enabled = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT tablename, policyname FROM pg_policies")
        policies = set(cursor.fetchall())
    for table in rls.declared():
        assert table.table in enabled
        for role in table.rows:
            assert any(
                name == table.table and policy.startswith(role) for name, policy in policies
            ), f"{table.table} has no policy for {role}"


def test_the_application_is_neither_owner_nor_superuser():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = session_user")
        assert cursor.fetchone() == (False, False)
        cursor.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
            " WHERE r.rolname = session_user"
        )
        assert cursor.fetchone() == (0,)
