from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WatchConfig(AppConfig):
    name = "subsidies.watch"
    label = "watch"
    verbose_name = _("気になる点")

    def ready(self) -> None:
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register
        from subsidies.areas import CARE
        from subsidies.watch import reports  # noqa: F401

        register(
            NavItem(
                _("気になる点"),
                "watch:list",
                hats={Hat.WARD, Hat.AUDITOR},
                order=10,
                area=CARE,
            )
        )
