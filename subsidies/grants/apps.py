from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Subjects: each has its kinds of filings and what they do.
SUBJECTS = ("changes", "ending", "running", "completion", "claim", "revocation", "recovery")


class GrantsConfig(AppConfig):
    name = "subsidies.grants"
    label = "grants"
    verbose_name = _("交付決定後の手続")

    def ready(self) -> None:
        for subject in SUBJECTS:
            import_module(f"subsidies.grants.kinds.{subject}")
            import_module(f"subsidies.grants.services.{subject}")
        import_module("subsidies.grants.reports")
        import_module("subsidies.grants.firm_history")
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register
        from subsidies.areas import GRANTS

        register(
            NavItem(
                pgettext_lazy("menu", "補助事業"),
                "grants:list",
                hats={Hat.WARD},
                order=10,
                area=GRANTS,
            ),
            NavItem(
                pgettext_lazy("menu", "支払"),
                "grants:payments",
                hats={Hat.WARD},
                order=20,
                area=GRANTS,
            ),
        )
