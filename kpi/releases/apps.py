"""Published figures: 速報, 確報, 改訂, each whole, frozen and compared with the one before."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReleasesConfig(AppConfig):
    name = "kpi.releases"
    label = "releases"
    verbose_name = _("公表")

    def ready(self) -> None:
        from kpi.areas import FIGURES
        from kpi.releases.policies import STAFF
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register

        register(
            NavItem(_("指標の公表"), "releases:list", hats=STAFF, order=50, area=FIGURES),
            NavItem(_("目標と基準値"), "releases:targets_now", hats=STAFF, order=60, area=FIGURES),
            NavItem(_("公表した指標"), "releases:public", hats={Hat.PUBLIC}, order=60),
        )
