from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    name = "subsidies.evaluation"
    label = "evaluation"
    verbose_name = _("計画の妥当性評価")

    def ready(self) -> None:
        from django.http import HttpRequest

        from portal.accounts.roles import Role
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register
        from subsidies import prerequisites
        from subsidies.evaluation import firm_history  # noqa: F401 - told on a firm's card
        from subsidies.evaluation.selectors import SOURCE, waiting_count
        from subsidies.rules.scheme import PLAN_EVALUATION

        def waiting(request: HttpRequest) -> int:
            return waiting_count(request.actor)

        prerequisites.register(PLAN_EVALUATION, SOURCE)
        register(
            NavItem(
                _("計画の評価"),
                "evaluation:home",
                hats={Hat.SUPPORT},
                roles={Role.ADVISOR},
                order=10,
                badge=waiting,
            )
        )
