from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClaimsConfig(AppConfig):
    name = "advisors.claims"
    label = "claims"
    verbose_name = _("謝金の請求")

    def ready(self) -> None:
        from django.http import HttpRequest

        from advisors import todo
        from advisors.areas import SUPPORT
        from advisors.claims import reports, services  # noqa: F401 - lists, and the visits' guard
        from advisors.claims.selectors.board import waiting_count
        from advisors.claims.selectors.mine import todos
        from advisors.claims.selectors.mine import waiting_count as came_back
        from portal.accounts.roles import Role
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register

        def to_decide(request: HttpRequest) -> int:
            return waiting_count(request.actor)

        def to_mend(request: HttpRequest) -> int:
            return came_back(request.actor)

        todo.register(todos)
        register(
            NavItem(
                _("月の報告と請求"),
                "claims:mine",
                hats={Hat.SUPPORT},
                roles={Role.ADVISOR},
                order=10,
                badge=to_mend,
            ),
            NavItem(
                _("謝金の請求"),
                "claims:board",
                hats={Hat.WARD, Hat.AUDITOR},
                order=25,
                area=SUPPORT,
                badge=to_decide,
            ),
        )
