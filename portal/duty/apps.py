"""At work: one inbox across modules, absence, delegation, hand-over, announcements."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DutyConfig(AppConfig):
    name = "portal.duty"
    label = "duty"
    verbose_name = _("当番と引継ぎ")
