from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DojoConfig(AppConfig):
    name = "dojo"
    verbose_name = _("DX道場と講座")

    def ready(self) -> None:
        # What the room tells on a firm's card, the lists to take away.
        from dojo import firm_history, offers, reports, topics  # noqa: F401
        from dojo.areas import COURSES
        from portal.accounts.roles import Role
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register

        register(
            NavItem(_("講座を探す"), "dojo:courses", hats={Hat.PUBLIC}, order=22),
            NavItem(_("受講する講座"), "dojo:mine", hats={Hat.FIRM}, order=10, area=COURSES),
            NavItem(
                _("講座の期"),
                "dojo:cohort_list",
                hats={Hat.WARD, Hat.AUDITOR},
                order=10,
                area=COURSES,
            ),
            NavItem(
                _("担当する期"),
                "dojo:teach",
                hats={Hat.SUPPORT},
                roles={Role.LECTURER},
                order=10,
            ),
        )
