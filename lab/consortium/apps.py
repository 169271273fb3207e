from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsortiumConfig(AppConfig):
    name = "lab.consortium"
    label = "consortium"
    verbose_name = _("コンソーシアム")
