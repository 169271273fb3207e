from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClaimsConfig(AppConfig):
    name = "advisors.claims"
    label = "claims"
    verbose_name = _("謝金の請求")

    def ready(self) -> None:
        from advisors import todo
        from advisors.areas import SUPPORT
        from advisors.claims import reports, services  # noqa: F401 - lists, and the visits' guard
        from advisors.claims.selectors import board, mine
        from portal.accounts.roles import Role
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register

        todo.register(mine.todos)
        register(
            NavItem(
                _("月の報告と請求"),
                "claims:mine",
                hats={Hat.SUPPORT},
                roles={Role.ADVISOR},
                order=10,
                badge=mine.waiting,
            ),
            NavItem(
                _("謝金の請求"),
                "claims:board",
                hats={Hat.WARD, Hat.AUDITOR},
                order=25,
                area=SUPPORT,
                badge=board.waiting,
            ),
        )
