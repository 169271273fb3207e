from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "subsidies.ledger"
    label = "ledger"
    verbose_name = _("補助金台帳")

    def ready(self) -> None:
        from portal.exports import reports
        from portal.kernel.actor import Hat
        from portal.ui import navigation
        from subsidies.areas import SCHEMES
        from subsidies.ledger.budgets import ARRIVALS, BUDGETS
        from subsidies.ledger.commitments import COMMITMENTS
        from subsidies.ledger.report import LEDGER

        for report in (LEDGER, COMMITMENTS, BUDGETS, ARRIVALS):
            reports.register(report)
        navigation.register(
            navigation.NavItem(
                _("補助金台帳"),
                "ledger:ledger",
                hats={Hat.WARD, Hat.AUDITOR},
                order=30,
                area=SCHEMES,
            )
        )
