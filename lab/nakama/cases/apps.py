from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "lab.nakama.cases"
    label = "cases"
    verbose_name = _("仲間まわしの案件")

    def ready(self) -> None:
        from django.http import HttpRequest

        from lab.nakama.areas import NAKAMA

        # The list to take away, what the room tells on a firm's card.
        from lab.nakama.cases import firm_history, policies, reports  # noqa: F401
        from lab.nakama.cases.selectors.cases import escalated, waiting_count
        from portal.accounts.roles import Role
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register

        def to_answer(request: HttpRequest) -> int:
            return waiting_count(request.actor)

        def to_help(request: HttpRequest) -> int:
            return len(escalated(request.actor)) if policies.is_lab(request.actor) else 0

        register(
            NavItem(
                _("仲間まわしの案件"), "cases:list", hats={Hat.FIRM}, order=50, badge=to_answer
            ),
            NavItem(
                _("仲間まわしの相談"),
                "cases:lab",
                hats={Hat.SUPPORT},
                roles={Role.LAB_STAFF},
                order=40,
                badge=to_help,
            ),
            NavItem(
                _("仲間まわしの件数"),
                "cases:counts",
                hats={Hat.WARD, Hat.POLICY, Hat.AUDITOR},
                order=20,
                area=NAKAMA,
            ),
        )
