from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NakamaConfig(AppConfig):
    name = "lab.nakama"
    label = "nakama"
    verbose_name = _("仲間まわし")
