from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KpiConfig(AppConfig):
    name = "kpi"
    verbose_name = _("指標")

    def ready(self) -> None:
        # reports: the lists to take away; merged: what a merger of firms means for the figures
        from kpi import merged, reports  # noqa: F401
        from kpi.areas import FIGURES
        from kpi.selectors import grant_targets
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register
        from subsidies.office import targets

        targets.register(grant_targets)
        staff = {Hat.WARD, Hat.POLICY, Hat.AUDITOR}
        register(NavItem(_("ダッシュボード"), "kpi:current", hats=staff, order=10, area=FIGURES))
