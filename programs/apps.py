from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal.kernel.actor import Hat


class ProgramsConfig(AppConfig):
    name = "programs"
    verbose_name = _("企業と区")

    def ready(self) -> None:
        from portal.accounts import hats, roles, services
        from portal.accounts.gbizid.registry import on_identified
        from portal.ui import navigation
        from portal.ui.areas import WORK

        # firm_history: what this room tells on a firm's card; reports: the lists to take away;
        # merged: what a merger means for it
        from programs import firm_history, merged, reports, selectors, topics  # noqa: F401
        from programs.services import gbizid, people

        hats.register_source(selectors.firms_held)
        on_identified(gbizid.join_firm)
        hats.register_ward_names(selectors.ward_name)
        services.register_invitation_handler(roles.FIRM_ROLES, people.accept)
        navigation.register(
            navigation.NavItem(_("企業情報"), "programs:firm_home", hats={Hat.FIRM}, order=60),
            navigation.NavItem(
                _("企業"), "programs:firm_list", hats={Hat.WARD}, order=15, area=WORK
            ),
            navigation.NavItem(_("企業"), "programs:firm_list", hats={Hat.AUDITOR}, order=35),
        )
