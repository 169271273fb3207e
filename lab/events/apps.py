from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "lab.events"
    label = "events"
    verbose_name = _("ラボの催し")

    def ready(self) -> None:
        from lab.areas import LAB, ROOM

        # What the room tells on a firm's card, and lists to take away.
        from lab.events import firm_history, reports  # noqa: F401
        from lab.events.selectors.board import to_decide
        from portal.accounts.roles import Role
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register

        register(
            NavItem(_("ラボの催し"), "events:events", hats={Hat.PUBLIC}, order=28),
            NavItem(_("ラボの催し"), "events:events", hats={Hat.FIRM}, order=17, area=LAB),
            NavItem(
                _("催しの台帳"),
                "events:home",
                hats={Hat.SUPPORT},
                roles={Role.LAB_STAFF},
                order=15,
                area=ROOM,
                badge=to_decide,
            ),
            NavItem(_("催しの台帳"), "events:home", hats={Hat.AUDITOR}, order=15, area=LAB),
        )
