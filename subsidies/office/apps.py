from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    name = "subsidies.office"
    label = "office"
    verbose_name = _("制度と予算")

    def ready(self) -> None:
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register
        from subsidies.areas import SCHEMES
        from subsidies.office import reports  # noqa: F401  # the list to take away

        staff = {Hat.WARD, Hat.AUDITOR}
        register(
            NavItem(_("制度と公募"), "office:schemes", hats=staff, order=10, area=SCHEMES),
            NavItem(_("予算"), "office:budgets", hats=staff, order=20, area=SCHEMES),
        )
