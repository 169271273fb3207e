"""What an auditor works with: samples, case bundles, traces, re-computations."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditingConfig(AppConfig):
    name = "portal.auditing"
    label = "auditing"
    verbose_name = _("監査")

    def ready(self) -> None:
        from portal.auditing import reports  # noqa: F401 - the lists to take away
        from portal.auditing.areas import AUDIT
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register

        entries = (
            (_("標本"), "auditing:samples"),
            (_("案件を探す"), "auditing:cases"),
            (_("日付の順序"), "auditing:violations"),
            (_("裁量と例外"), "auditing:overrides"),
            (_("金額の再計算"), "auditing:recounts"),
        )
        register(
            *(
                NavItem(label, name, hats={Hat.AUDITOR}, order=order, area=AUDIT)
                for order, (label, name) in enumerate(entries, start=1)
            )
        )
