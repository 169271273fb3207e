from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "lab.nakama.exchange"
    label = "exchange"
    verbose_name = _("資材融通と共同購買")
