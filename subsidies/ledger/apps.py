from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "subsidies.ledger"
    label = "ledger"
    verbose_name = _("補助金台帳")

    def ready(self) -> None:
        from portal.exports.reports import register
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem
        from portal.ui.navigation import register as register_menu
        from subsidies.ledger.budgets import ARRIVALS, BUDGETS
        from subsidies.ledger.commitments import COMMITMENTS
        from subsidies.ledger.report import LEDGER

        for report in (LEDGER, COMMITMENTS, BUDGETS, ARRIVALS):
            register(report)
        register_menu(
            NavItem(_("補助金台帳"), "ledger:ledger", hats={Hat.WARD, Hat.AUDITOR}, order=35)
        )
