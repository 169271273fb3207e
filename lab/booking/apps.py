from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingConfig(AppConfig):
    name = "lab.booking"
    label = "booking"
    verbose_name = _("ラボの予約")

    def ready(self) -> None:
        from lab import topics  # noqa: F401 - the kinds of notices of all rooms of the lab
        from lab.areas import LAB, ROOM

        # What the room tells on a firm's card, lists to take away, the beginning of an application.
        from lab.booking import firm_history, offers, prefill, reports  # noqa: F401
        from lab.booking.selectors.ledger import to_approve
        from lab.booking.selectors.own import offered
        from portal.accounts.roles import Role
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register

        officials = {Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN}
        staff = {"hats": {Hat.SUPPORT}, "roles": {Role.LAB_STAFF}}
        register(
            NavItem(_("ラボを使う"), "booking:labs", hats={Hat.PUBLIC}, order=27),
            NavItem(
                _("ラボの予約"), "booking:mine", hats={Hat.FIRM}, order=15, area=LAB, badge=offered
            ),
            NavItem(
                _("ラボの台帳"), "booking:home", order=10, area=ROOM, badge=to_approve, **staff
            ),
            NavItem(_("ラボの稼働"), "booking:utilisation", order=20, area=ROOM, **staff),
            NavItem(_("ラボの台帳"), "booking:home", hats={Hat.AUDITOR}, order=10, area=LAB),
            NavItem(
                _("ラボの稼働"),
                "booking:utilisation",
                hats={Hat.WARD, Hat.AUDITOR, Hat.POLICY},
                roles={Role.AUDITOR, Role.POLICY, *officials},
                order=20,
                area=LAB,
            ),
        )
