from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KpiConfig(AppConfig):
    name = "kpi"
    verbose_name = _("指標")

    def ready(self) -> None:
        from kpi import reports  # noqa: F401 - registers the lists to take away
        from kpi.areas import FIGURES
        from kpi.selectors import grant_targets
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register
        from subsidies.office import targets

        targets.register(grant_targets)
        staff = {Hat.WARD, Hat.POLICY, Hat.AUDITOR}
        register(NavItem(_("ダッシュボード"), "kpi:current", hats=staff, order=10, area=FIGURES))
