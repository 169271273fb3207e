"""External statistics, ward surveys of others and firms' own accounts: what the KGI are made of."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SeriesConfig(AppConfig):
    name = "kpi.series"
    label = "series"
    verbose_name = _("統計と決算")
