from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class KernelConfig(AppConfig):
    name = "portal.kernel"
    label = "kernel"

    def ready(self) -> None:
        from portal.kernel.files import checks  # noqa: F401

        post_migrate.connect(_apply_row_policies, dispatch_uid="kernel.rls")


def _apply_row_policies(sender: AppConfig, using: str, **_: object) -> None:
    """Once per `migrate`, after the last app's tables exist (apps without models send nothing)."""
    from portal.kernel import rls

    if sender is [config for config in apps.get_app_configs() if config.models_module][-1]:
        rls.apply(using=using)
