from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommitteeConfig(AppConfig):
    name = "subsidies.committee"
    label = "committee"
    verbose_name = _("審査会")

    def ready(self) -> None:
        from portal.accounts.roles import Role
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register
        from subsidies.areas import SELECTION
        from subsidies.committee import reports  # noqa: F401 - the lists to take away
        from subsidies.committee.selectors.member import waiting
        from subsidies.committee.services import facts  # noqa: F401 - what bars an evaluator

        register(
            NavItem(
                _("審査"),
                "committee:home",
                hats={Hat.REVIEW},
                roles={Role.COMMITTEE},
                order=10,
                badge=waiting,
            ),
            NavItem(
                _("審査"),
                "committee:reviews",
                hats={Hat.WARD, Hat.AUDITOR},
                order=10,
                area=SELECTION,
            ),
        )
