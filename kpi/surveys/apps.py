"""The ward survey (実態調査): questionnaire, waves, answers, weights; 1-KSI."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "kpi.surveys"
    label = "surveys"
    verbose_name = _("実態調査")
