from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ExchangeConfig(AppConfig):
    name = "lab.nakama.exchange"
    label = "exchange"
    verbose_name = _("資材融通と共同購買")

    def ready(self) -> None:
        from lab.areas import LAB, NAKAMA

        # What the room tells on a firm's card; its lists to take away; what the cases count in.
        from lab.nakama.exchange import counted, firm_history, reports  # noqa: F401
        from lab.nakama.exchange.codes import JOINT_OPENED
        from lab.nakama.exchange.policies import OFFICE
        from lab.nakama.exchange.selectors.board import waiting
        from lab.nakama.exchange.selectors.outside import to_confirm
        from lab.nakama.exchange.selectors.purchases import unanswered
        from portal.accounts.roles import Role
        from portal.kernel.actor import Hat
        from portal.notices import topics
        from portal.ui.navigation import NavItem, register

        topics.register(JOINT_OPENED, _("加工能力に合う共同受注の募集"))
        firm: dict[str, Any] = {"hats": {Hat.FIRM}, "area": LAB}
        staff: dict[str, Any] = {
            "hats": {Hat.SUPPORT},
            "roles": {Role.LAB_STAFF},
            "area": NAKAMA,
        }
        auditor: dict[str, Any] = {"hats": {Hat.AUDITOR}, "area": LAB}
        register(
            NavItem(
                pgettext_lazy("menu", "資材融通"), "exchange:board", order=50, badge=waiting, **firm
            ),
            NavItem(pgettext_lazy("menu", "商談会"), "exchange:fairs", order=60, **firm),
            NavItem(
                pgettext_lazy("menu", "共同購買"),
                "exchange:purchases",
                order=70,
                badge=unanswered,
                **firm,
            ),
            *(
                NavItem(label, address, order=order, **who)
                for who in (staff, auditor)
                for label, address, order in (
                    (pgettext_lazy("menu", "資材融通"), "exchange:desk", 50),
                    (pgettext_lazy("menu", "商談会"), "exchange:fairs", 60),
                    (pgettext_lazy("menu", "共同購買"), "exchange:purchases", 70),
                )
            ),
            NavItem(_("共同受注"), "exchange:joints", order=65, **firm),
            NavItem(_("共同受注"), "exchange:joints", order=65, **staff),
            NavItem(
                _("共同受注"),
                "exchange:joints",
                hats={Hat.WARD, Hat.AUDITOR},
                roles={Role.AUDITOR, *OFFICE},
                order=65,
                area=LAB,
            ),
            NavItem(_("取引の成立"), "exchange:matches", order=75, badge=to_confirm, **firm),
            NavItem(_("取引の成立"), "exchange:matches", order=75, **staff),
            NavItem(
                _("取引の成立"),
                "exchange:matches",
                hats={Hat.WARD, Hat.AUDITOR},
                roles={Role.AUDITOR, *OFFICE},
                order=75,
                area=LAB,
            ),
            NavItem(
                _("取引の件数"),
                "exchange:wards",
                hats={Hat.WARD, Hat.POLICY},
                order=50,
                area=LAB,
            ),
        )
