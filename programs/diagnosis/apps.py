from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiagnosisConfig(AppConfig):
    name = "programs.diagnosis"
    label = "diagnosis"
    verbose_name = _("診断")

    def ready(self) -> None:
        from portal.accounts.roles import Role
        from portal.kernel.actor import Hat
        from portal.notices import topics
        from portal.ui.navigation import NavItem, register
        from programs.diagnosis import firm_history  # noqa: F401 - told on a firm's card

        topics.register("diagnosis.version_changed", _("入力中の診断の設問が変わったとき"))
        topics.register("diagnosis.yearly", _("診断から1年たったとき（希望した方だけ）"))
        register(
            NavItem(_("診断"), "diagnosis:home", hats={Hat.FIRM}, order=24),
            NavItem(
                _("企業の診断"),
                "diagnosis:shared",
                hats={Hat.SUPPORT},
                roles={Role.ADVISOR, Role.LECTURER},
                order=23,
            ),
            NavItem(
                _("診断の設問"), "diagnosis:versions", hats={Hat.POLICY, Hat.AUDITOR}, order=70
            ),
        )
