from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BulkConfig(AppConfig):
    name = "subsidies.bulk"
    label = "bulk"
    verbose_name = _("一括処理")

    def ready(self) -> None:
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register
        from subsidies.areas import INTAKE
        from subsidies.bulk import reports  # noqa: F401 - the lists to take away

        register(
            NavItem(_("通知書の一覧"), "bulk:letters", hats={Hat.WARD}, order=30, area=INTAKE),
            NavItem(
                _("一括処理"),
                "bulk:list",
                hats={Hat.WARD, Hat.AUDITOR},
                order=40,
                area=INTAKE,
            ),
        )
