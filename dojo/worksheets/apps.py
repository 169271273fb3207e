from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorksheetsConfig(AppConfig):
    name = "dojo.worksheets"
    label = "worksheets"
    verbose_name = _("ワークシート")

    def ready(self) -> None:
        from dojo.areas import COURSES
        from dojo.worksheets import (
            firm_history,  # noqa: F401 - told on a firm's card
            selectors,
        )
        from portal.accounts.roles import Role
        from portal.kernel.actor import Hat
        from portal.notices import topics
        from portal.ui.navigation import NavItem, register

        topics.register(
            "worksheets.handed_in", _("ワークシートの提出（講師）"), reader=topics.Reader.SUPPORT
        )
        register(
            NavItem(_("ワークシート"), "worksheets:list", hats={Hat.FIRM}, order=20, area=COURSES),
            NavItem(
                _("受講者のワークシート"),
                "worksheets:taught",
                hats={Hat.SUPPORT},
                roles={Role.LECTURER},
                order=20,
                badge=selectors.waiting,
            ),
            NavItem(
                _("企業のワークシート"),
                "worksheets:advised",
                hats={Hat.SUPPORT},
                roles={Role.ADVISOR},
                order=22,
            ),
        )
