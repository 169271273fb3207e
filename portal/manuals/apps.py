"""Help in context, and a manual for each role."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ManualsConfig(AppConfig):
    name = "portal.manuals"
    label = "manuals"
    verbose_name = _("手引")
