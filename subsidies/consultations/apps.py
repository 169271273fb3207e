from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    name = "subsidies.consultations"
    label = "consultations"
    verbose_name = _("事前相談")

    def ready(self) -> None:
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register
        from subsidies.areas import INTAKE

        # What the room tells on a firm's card, the list to take away.
        from subsidies.consultations import firm_history, reports  # noqa: F401

        register(
            NavItem(_("相談記録"), "consultations:list", hats={Hat.WARD}, order=20, area=INTAKE)
        )
