"""Migrating an empty database without rendering every model anew for every operation.

Django renders, for each operation of a migration, all models that are tied to the one it changes;
here nearly all are, through users, wards and firms: some 90 classes for each of a thousand
operations, 100 of the 110 seconds. What an operation needs is its own model and those its keys
point to. `LazyState` renders these when they are asked for, and nothing twice for the same state.
Code that may ask for anything (RunPython, signals) gets Django's own complete registry.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState, StateApps

ModelKey = tuple[str, str]


class LazyApps(StateApps):
    """The models of one state of the project; each is rendered at the first question about it."""

    def __init__(self, real_apps: Any, states: dict[ModelKey, ModelState]) -> None:
        self._states = states
        self._is_rendering = False
        super().__init__(real_apps, {})

    def get_model(
        self, app_label: str, model_name: str | None = None, require_ready: bool = True
    ) -> Any:
        """As Django's; also by "app_label.ModelName"."""
        if model_name is None:
            app_label, model_name = app_label.split(".")
        self._render([(app_label, model_name.lower())])
        return super().get_model(app_label, model_name, require_ready)

    def get_models(self, include_auto_created: bool = False, include_swapped: bool = False) -> Any:
        """All models of the state, for whoever looks for what points back at one."""
        if not self._is_rendering:
            self._render(list(self._states))
        return super().get_models(include_auto_created, include_swapped)

    def clear_cache(self) -> None:
        """What models know of each other. The swappable settings Django forgets here, too, belong
        to the installed apps, which a migration does not change.
        """
        if not self.ready:  # several are being rendered; this is called again in the end
            return
        for models in self.all_models.values():
            for model in models.values():
                model._meta._expire_cache()  # type: ignore[attr-defined]

    def _render(self, wanted: Iterable[ModelKey]) -> None:
        """Make these models and, one after the other, what their keys wait for; none twice."""
        if self._is_rendering:  # a model asks for those it inherits from
            self._make(wanted)
            return
        self._is_rendering = True
        try:
            with self.bulk_update():
                while self._make(wanted):
                    wanted = list(self._pending_operations)
        finally:
            self._is_rendering = False

    def _make(self, wanted: Iterable[ModelKey]) -> bool:
        """Make those that are missing. False if there was none."""
        made = False
        for key in wanted:
            if self._is_missing(key):
                self.render_multiple([self._states[key]])
                made = True
        return made

    def _is_missing(self, key: ModelKey) -> bool:
        app_label, name = key
        return key in self._states and name not in self.all_models[app_label]


class LazyState(ProjectState):
    """The state of the project between two operations, rendered as far as it is asked for."""

    @property
    def apps(self) -> StateApps:
        """The registry of this state. A changed state begins a new one."""
        if self._rendered is None:
            self._rendered = LazyApps(self.real_apps, self.models)
        return self._rendered

    _rendered: StateApps | None = None

    def reload_model(self, app_label: str, model_name: str, delay: bool = False) -> None:
        """Called by every change of a model."""
        self._rendered = None

    def reload_models(self, models: Any, delay: bool = True) -> None:
        """Called by changes of several models."""
        self._rendered = None

    def add_model(self, model_state: ModelState) -> None:
        """A new model."""
        super().add_model(model_state)
        self._rendered = None

    def remove_model(self, app_label: str, model_name: str) -> None:
        """A model is gone."""
        super().remove_model(app_label, model_name)
        self._rendered = None

    def clone(self) -> "LazyState":
        """An equal state that changes on its own."""
        models = {key: state.clone() for key, state in self.models.items()}
        return LazyState(models, self.real_apps)

    def clear_delayed_apps_cache(self) -> None:
        """Called before code that may ask for anything: make the registry complete."""
        real_apps: Any = self.real_apps  # a set, whatever the stubs say
        self._rendered = StateApps(real_apps, self.models)


class FirstMigration(MigrationExecutor):
    """Fills an empty database in lazy states. One with a history goes Django's way unchanged."""

    def _create_project_state(self, with_applied_migrations: bool = False) -> ProjectState:
        state: ProjectState = super()._create_project_state(  # type: ignore[misc]
            with_applied_migrations
        )
        if self.loader.applied_migrations:
            return state
        return LazyState(state.models, state.real_apps)

    def migration_plan(self, targets: Any, clean_start: bool = False) -> Any:
        """The packages' apps first: theirs is most of the code that wants every model rendered."""
        return super().migration_plan(sorted(targets, key=_is_ours), clean_start)


def _is_ours(target: tuple[str, str | None]) -> bool:
    return "site-packages" not in apps.get_app_config(target[0]).path
