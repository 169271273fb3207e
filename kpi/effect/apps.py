"""Did it work: panel, estimators, verdict, a bundle for researchers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EffectConfig(AppConfig):
    name = "kpi.effect"
    label = "effect"
    verbose_name = _("効果検証")
