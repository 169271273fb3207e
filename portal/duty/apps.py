"""At work: one inbox across modules, absence, delegation, hand-over, announcements."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DutyConfig(AppConfig):
    name = "portal.duty"
    label = "duty"
    verbose_name = _("当番と引継ぎ")

    def ready(self) -> None:
        from portal.duty.areas import WORK
        from portal.duty.policies import WORKING
        from portal.duty.sources import cases, figures, support  # noqa: F401 - what may wait
        from portal.ui.navigation import NavItem, register

        register(
            NavItem(
                pgettext_lazy("menu", "受信箱"), "duty:inbox", hats=WORKING, order=10, area=WORK
            ),
        )
