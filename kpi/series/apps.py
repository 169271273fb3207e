"""External statistics, ward surveys of others and firms' own accounts: what the KGI are made of."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SeriesConfig(AppConfig):
    name = "kpi.series"
    label = "series"
    verbose_name = _("統計と決算")

    def ready(self) -> None:
        # A firm's card, what its effect reports begin with, lists to take away.
        from kpi.areas import FIGURES
        from kpi.series import firm_history, prefill, reports  # noqa: F401
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register

        staff = {Hat.WARD, Hat.POLICY, Hat.AUDITOR}
        register(
            NavItem(_("統計と決算"), "series:home", hats=staff, order=20, area=FIGURES),
            NavItem(_("決算"), "series:mine", hats={Hat.FIRM}, order=61),
        )
