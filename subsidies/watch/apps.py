from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WatchConfig(AppConfig):
    name = "subsidies.watch"
    label = "watch"
    verbose_name = _("気になる点")

    def ready(self) -> None:
        from portal.accounts.roles import Role
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register
        from subsidies.watch import reports  # noqa: F401

        register(
            NavItem(
                _("気になる点"),
                "watch:list",
                hats={Hat.WARD, Hat.AUDITOR},
                roles={Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN, Role.AUDITOR},
                order=32,
            )
        )
