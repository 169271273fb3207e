from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdoptionConfig(AppConfig):
    name = "advisors.adoption"
    label = "adoption"
    verbose_name = _("定着の記録")

    def ready(self) -> None:
        from advisors import todo

        # What the room tells on a firm's card, the list to take away.
        from advisors.adoption import firm_history, reports  # noqa: F401
        from advisors.adoption.selectors.tools import todos
        from advisors.adoption.services.reminders import TOPIC
        from advisors.areas import SUPPORT
        from portal.accounts.roles import Role
        from portal.kernel.actor import Hat
        from portal.notices import topics
        from portal.ui.navigation import NavItem, register

        todo.register(todos)
        topics.register(TOPIC, _("導入したツールの振り返り"), reader=topics.Reader.EVERYBODY)
        office = {Hat.WARD, Hat.AUDITOR}
        register(
            NavItem(
                _("導入したツール"),
                "adoption:mine",
                hats={Hat.SUPPORT},
                roles={Role.ADVISOR},
                order=42,
            ),
            NavItem(_("導入したツール"), "adoption:mine", hats={Hat.FIRM}, order=20, area=SUPPORT),
            NavItem(_("導入したツール"), "adoption:list", hats=office, order=15, area=SUPPORT),
            NavItem(
                _("定着の状況"),
                "adoption:wards",
                hats={*office, Hat.POLICY},
                order=35,
                area=SUPPORT,
            ),
        )
