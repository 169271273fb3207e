"""An empty database is migrated by the same statements as in Django's own, slower way."""

from collections import Counter

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from portal.kernel.first_migration import FirstMigration, LazyApps, LazyState

# Between them: many-to-many tables, inheritance, altered and removed fields, constraints,
# indexes, own SQL, and code that asks for models.
APPS = ("auth", "contenttypes", "taggit", "account", "accounts", "kernel", "programs")


def _statements(executor: MigrationExecutor, state: ProjectState) -> list[str]:
    """What migrating these apps from nothing sends to the database."""
    executor.loader.applied_migrations = {}
    targets = [node for node in executor.loader.graph.leaf_nodes() if node[0] in APPS]
    plan = MigrationExecutor.migration_plan(executor, targets, clean_start=True)
    found: list[str] = []
    for migration, _ in plan:
        with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
            state = migration.apply(state, editor, collect_sql=True)
        found.extend(editor.collected_sql)
    return found


@pytest.mark.django_db(transaction=True)
def test_the_statements_are_djangos():
    plain = MigrationExecutor(connection)
    lazy = FirstMigration(connection)
    real = set(plain.loader.unmigrated_apps)
    expected = _statements(plain, ProjectState(real_apps=real))
    assert len(expected) > 100
    assert _statements(lazy, LazyState(real_apps=real)) == expected


def test_every_model_is_made_once_in_whatever_order(monkeypatch):
    """A second class of one name is refused by taggit, and others would hold on to the first."""
    made: Counter[str] = Counter()
    render = ModelState.render

    def counted(self, apps):
        made[f"{self.app_label}.{self.name}"] += 1
        return render(self, apps)

    monkeypatch.setattr(ModelState, "render", counted)
    states = MigrationLoader(None).project_state().models
    for order in (list(states), list(reversed(states))):
        made.clear()
        found = LazyApps(set(), {key: states[key] for key in order}).get_models(
            include_swapped=True
        )
        assert set(made.values()) == {1}
        assert len(made) == len(found) == len(states)
