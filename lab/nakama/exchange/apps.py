from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "lab.nakama.exchange"
    label = "exchange"
    verbose_name = _("資材融通と共同購買")

    def ready(self) -> None:
        # What the room tells on a firm's card.
        from lab.nakama.exchange import firm_history  # noqa: F401
        from portal.accounts.roles import FIRM_ROLES, Role
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register

        register(
            NavItem(_("資材融通"), "exchange:board", hats={Hat.FIRM}, order=60),
            NavItem(
                _("資材融通"),
                "exchange:desk",
                hats={Hat.SUPPORT, Hat.AUDITOR},
                roles={Role.LAB_STAFF, Role.AUDITOR},
                order=60,
            ),
            NavItem(
                _("商談会"),
                "exchange:fairs",
                hats={Hat.FIRM, Hat.SUPPORT, Hat.AUDITOR},
                roles={*FIRM_ROLES, Role.LAB_STAFF, Role.AUDITOR},
                order=62,
            ),
            NavItem(
                _("資材融通の件数"),
                "exchange:wards",
                hats={Hat.WARD, Hat.POLICY},
                order=60,
            ),
        )
