from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GbizidConfig(AppConfig):
    name = "portal.accounts.gbizid"
    label = "gbizid"
    verbose_name = _("GビズID")

    def ready(self) -> None:
        from portal.accounts.gbizid import checks, signals  # noqa: F401
