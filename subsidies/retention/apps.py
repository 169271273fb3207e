from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RetentionConfig(AppConfig):
    name = "subsidies.retention"
    label = "retention"
    verbose_name = _("保存年限と廃棄")

    def ready(self) -> None:
        from portal.kernel.actor import Hat
        from portal.ui import japanese
        from portal.ui.navigation import NavItem, register
        from subsidies.areas import CARE
        from subsidies.retention import reports  # noqa: F401  # the list to take away

        # What the disposal writes in the place of names (migration 0002).
        japanese.tell_as("（廃棄済み）", _("（廃棄済み）"))
        register(
            NavItem(_("保存年限と廃棄"), "retention:list", hats={Hat.WARD}, order=20, area=CARE)
        )
