from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SelectionConfig(AppConfig):
    name = "subsidies.selection"
    label = "selection"
    verbose_name = _("採択")

    def ready(self) -> None:
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register
        from subsidies.areas import SELECTION

        # The firm's story of its application tells of the selection.
        from subsidies.selection import progress  # noqa: F401

        # What must be so before a grant of a scored call is proposed; the maker of its workbook.
        from subsidies.selection.services import gate, kept  # noqa: F401

        staff = {Hat.WARD, Hat.AUDITOR}
        register(NavItem(_("採択"), "selection:calls", hats=staff, order=20, area=SELECTION))

        from subsidies.selection import reports  # noqa: F401 - registers the ranking's file
