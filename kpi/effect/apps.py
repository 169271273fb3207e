"""Did it work: panel, estimators, verdict, a bundle for researchers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EffectConfig(AppConfig):
    name = "kpi.effect"
    label = "effect"
    verbose_name = _("効果検証")

    def ready(self) -> None:
        from kpi.areas import FIGURES
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register

        staff = {Hat.WARD, Hat.POLICY, Hat.AUDITOR}
        register(NavItem(_("効果検証"), "effect:current", hats=staff, order=40, area=FIGURES))
