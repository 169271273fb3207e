from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    name = "subsidies.consultations"
    label = "consultations"
    verbose_name = _("事前相談")
