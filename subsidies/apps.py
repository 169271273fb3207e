from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubsidiesConfig(AppConfig):
    name = "subsidies"
    verbose_name = _("補助金")

    def ready(self) -> None:
        from portal.exports import reports
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register

        # What rests on the facts of firms, what the room tells on a firm's card, what hinders a merger.
        from subsidies import fact_uses, firm_history, merged, offers, topics  # noqa: F401
        from subsidies.areas import FIND, INTAKE
        from subsidies.queue_report import APPLICATIONS

        reports.register(APPLICATIONS)

        register(
            NavItem(_("受信箱"), "subsidies:queue", hats={Hat.WARD}, order=10, area=INTAKE),
            NavItem(
                _("補助金の募集"),
                "subsidies:call_list",
                hats={Hat.FIRM, Hat.PUBLIC},
                order=20,
                area=FIND,
            ),
        )
