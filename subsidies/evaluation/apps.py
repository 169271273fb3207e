from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    name = "subsidies.evaluation"
    label = "evaluation"
    verbose_name = _("計画の妥当性評価")
