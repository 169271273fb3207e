"""支援ナビ: a few plain questions, and the measures of the ward that fit now."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NaviConfig(AppConfig):
    name = "portal.navi"
    label = "navi"
    verbose_name = _("支援ナビ")
