from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "portal.desk"
    label = "desk"

    def ready(self) -> None:
        from lab.areas import LAB
        from portal.accounts.roles import Role
        from portal.auditing.areas import AUDIT
        from portal.desk import (
            evaluators,  # noqa: F401 - who may not evaluate whose plan
            inbox,  # noqa: F401 - what may wait
            reports,  # noqa: F401 - the list to take away
        )
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register

        register(
            NavItem(
                _("マイページ"),
                "desk:my",
                hats={Hat.FIRM},
                order=10,
                rooms={"subsidies", "grants", "evaluation", "selection"},
            ),
            NavItem(_("いますること"), "desk:lab", hats={Hat.FIRM}, order=0, area=LAB),
            NavItem(_("監査記録"), "desk:audit", hats={Hat.AUDITOR}, order=9, area=AUDIT),
            NavItem(
                _("職員と役割"),
                "people:list",
                hats={Hat.WARD, Hat.ADMIN},
                roles={Role.WARD_ADMIN, Role.SYSADMIN},
                order=90,
            ),
        )
