from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    name = "subsidies.office"
    label = "office"
    verbose_name = _("制度と予算")

    def ready(self) -> None:
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register

        register(NavItem(_("制度と予算"), "office:schemes", hats={Hat.WARD, Hat.AUDITOR}, order=25))
