from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    name = "subsidies.evaluation"
    label = "evaluation"
    verbose_name = _("計画の妥当性評価")

    def ready(self) -> None:
        from portal.accounts.roles import Role
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register
        from subsidies import prerequisites
        from subsidies.evaluation import (
            firm_history,  # noqa: F401 - told on a firm's card
            selectors,
        )
        from subsidies.rules.scheme import PLAN_EVALUATION

        prerequisites.register(PLAN_EVALUATION, selectors.SOURCE)
        register(
            NavItem(
                _("計画の評価"),
                "evaluation:home",
                hats={Hat.SUPPORT},
                roles={Role.ADVISOR},
                order=10,
                badge=selectors.waiting,
            )
        )
