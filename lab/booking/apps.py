from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingConfig(AppConfig):
    name = "lab.booking"
    label = "booking"
    verbose_name = _("ラボの予約")

    def ready(self) -> None:
        # What the room tells on a firm's card, lists to take away, the beginning of an application.
        from lab.booking import firm_history, offers, prefill, reports  # noqa: F401
        from lab.booking.selectors.ledger import to_approve
        from portal.accounts.roles import Role
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register

        officials = {Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN}
        register(
            NavItem(_("ラボを使う"), "booking:labs", hats={Hat.PUBLIC, Hat.FIRM}, order=27),
            NavItem(_("ラボの予約"), "booking:mine", hats={Hat.FIRM}, order=28),
            NavItem(
                _("ラボの台帳"),
                "booking:home",
                hats={Hat.SUPPORT, Hat.AUDITOR},
                roles={Role.LAB_STAFF, Role.AUDITOR},
                order=60,
                badge=to_approve,
            ),
            NavItem(
                _("ラボの稼働"),
                "booking:utilisation",
                hats={Hat.SUPPORT, Hat.WARD, Hat.AUDITOR, Hat.POLICY},
                roles={Role.LAB_STAFF, Role.AUDITOR, Role.POLICY, *officials},
                order=61,
            ),
        )
