from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CasesConfig(AppConfig):
    name = "lab.nakama.cases"
    label = "cases"
    verbose_name = _("仲間まわしの案件")

    def ready(self) -> None:
        from lab.areas import LAB, NAKAMA

        # The list to take away, what the room tells on a firm's card.
        from lab.nakama.cases import firm_history, reports  # noqa: F401
        from lab.nakama.cases.selectors.cases import stuck, waiting
        from portal.accounts.roles import Role
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register

        register(
            NavItem(
                pgettext_lazy("menu", "仲間まわしの案件"),
                "cases:list",
                hats={Hat.FIRM},
                order=40,
                area=LAB,
                badge=waiting,
            ),
            NavItem(
                _("仲間まわしの相談"),
                "cases:lab",
                hats={Hat.SUPPORT},
                roles={Role.LAB_STAFF},
                order=10,
                area=NAKAMA,
                badge=stuck,
            ),
            NavItem(
                _("仲間まわしの件数"),
                "cases:counts",
                hats={Hat.WARD, Hat.POLICY, Hat.AUDITOR},
                order=40,
                area=LAB,
            ),
        )
