from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "lab.nakama.exchange"
    label = "exchange"
    verbose_name = _("資材融通と共同購買")

    def ready(self) -> None:
        # What the room tells on a firm's card; its lists to take away.
        from lab.nakama.exchange import firm_history, reports  # noqa: F401
        from lab.nakama.exchange.areas import EXCHANGE
        from lab.nakama.exchange.policies import OFFICE
        from portal.accounts.roles import FIRM_ROLES, Role
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register

        register(
            NavItem(_("資材融通"), "exchange:board", hats={Hat.FIRM}, order=10, area=EXCHANGE),
            NavItem(
                _("資材融通"),
                "exchange:desk",
                hats={Hat.SUPPORT, Hat.AUDITOR},
                roles={Role.LAB_STAFF, Role.AUDITOR},
                order=10,
                area=EXCHANGE,
            ),
            NavItem(
                _("商談会"),
                "exchange:fairs",
                hats={Hat.FIRM, Hat.SUPPORT, Hat.AUDITOR},
                roles={*FIRM_ROLES, Role.LAB_STAFF, Role.AUDITOR},
                order=20,
                area=EXCHANGE,
            ),
            NavItem(
                _("共同購買"),
                "exchange:purchases",
                hats={Hat.FIRM, Hat.SUPPORT, Hat.AUDITOR},
                roles={*FIRM_ROLES, Role.LAB_STAFF, Role.AUDITOR},
                order=30,
                area=EXCHANGE,
            ),
            NavItem(
                _("共同受注"),
                "exchange:joints",
                hats={Hat.FIRM, Hat.SUPPORT, Hat.AUDITOR, Hat.WARD},
                roles={*FIRM_ROLES, Role.LAB_STAFF, Role.AUDITOR, *OFFICE},
                order=25,
                area=EXCHANGE,
            ),
            NavItem(
                _("取引の件数"),
                "exchange:wards",
                hats={Hat.WARD, Hat.POLICY},
                order=40,
                area=EXCHANGE,
            ),
        )
