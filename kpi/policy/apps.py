"""From inputs to impact: the logic model, the wards' evaluation sheets (事務事業評価シート), what-if (試算)."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PolicyConfig(AppConfig):
    name = "kpi.policy"
    label = "policy"
    verbose_name = _("政策の評価")

    def ready(self) -> None:
        from kpi.areas import FIGURES
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register

        staff = {Hat.WARD, Hat.POLICY, Hat.AUDITOR}
        register(
            NavItem(_("ロジックモデル"), "policy:model", hats=staff, order=12, area=FIGURES),
            NavItem(
                pgettext_lazy("what if", "試算"),
                "policy:whatif",
                hats=staff,
                order=14,
                area=FIGURES,
            ),
            NavItem(_("事務事業評価"), "policy:sheets", hats=staff, order=16, area=FIGURES),
        )
