"""Published figures: 速報, 確報, 改訂, each whole, frozen and compared with the one before."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReleasesConfig(AppConfig):
    name = "kpi.releases"
    label = "releases"
    verbose_name = _("公表")
