"""支援ナビ: a few plain questions, and the measures of the ward that fit now."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NaviConfig(AppConfig):
    name = "portal.navi"
    label = "navi"
    verbose_name = _("支援ナビ")

    def ready(self) -> None:
        from portal.kernel.actor import Hat
        from portal.navi import prefill  # noqa: F401 - what an application may begin with
        from portal.ui.navigation import NavItem, register
        from subsidies.areas import FIND

        register(
            NavItem(_("支援ナビ"), "navi:start", hats={Hat.FIRM, Hat.PUBLIC}, order=10, area=FIND)
        )
