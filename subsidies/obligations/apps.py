from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ObligationsConfig(AppConfig):
    name = "subsidies.obligations"
    label = "obligations"
    verbose_name = _("期限のある義務")

    def ready(self) -> None:
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register
        from subsidies.areas import GRANTS

        # What is told on a firm's card, lists to take away, kinds of filings and what they do, the
        # guard of grants.
        from subsidies.obligations import (  # noqa: F401
            disposals,
            firm_history,
            kinds,
            reports,
        )
        from subsidies.obligations.services import assets, closing, followup  # noqa: F401

        register(
            NavItem(
                _("義務と期限"), "obligations:calendar", hats={Hat.WARD}, order=30, area=GRANTS
            ),
            NavItem(_("財産台帳"), "obligations:assets", hats={Hat.WARD}, order=40, area=GRANTS),
            NavItem(_("これからの提出"), "obligations:mine", hats={Hat.FIRM}, order=30),
        )
