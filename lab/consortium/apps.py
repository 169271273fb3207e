"""Universities, banks and vendors around the workshops."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsortiumConfig(AppConfig):
    name = "lab.consortium"
    label = "consortium"
    verbose_name = _("コンソーシアム")

    def ready(self) -> None:
        # What the room tells on a firm's card, the lists to take away.
        from lab.consortium import firm_history, reports  # noqa: F401
        from lab.consortium.areas import CONSORTIUM
        from portal.accounts.roles import FIRM_ROLES, Role
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register

        office = {Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN}
        staff = {Role.LAB_STAFF, Role.AUDITOR}
        register(
            NavItem(
                _("産学連携"),
                "consortium:projects",
                hats={Hat.FIRM, Hat.SUPPORT, Hat.AUDITOR},
                roles={*FIRM_ROLES, *staff, Role.PARTNER},
                order=10,
                area=CONSORTIUM,
            ),
            NavItem(
                _("融資の紹介"),
                "consortium:referrals",
                hats={Hat.FIRM, Hat.SUPPORT},
                roles={*FIRM_ROLES, Role.PARTNER},
                order=20,
                area=CONSORTIUM,
            ),
            NavItem(
                _("共同開発"),
                "consortium:collabs",
                hats={Hat.FIRM, Hat.SUPPORT, Hat.WARD, Hat.AUDITOR},
                roles={*FIRM_ROLES, *staff, *office},
                order=30,
                area=CONSORTIUM,
            ),
            NavItem(
                _("会議"),
                "consortium:meetings",
                hats={Hat.SUPPORT, Hat.WARD, Hat.AUDITOR},
                roles={*staff, *office, Role.PARTNER},
                order=40,
                area=CONSORTIUM,
            ),
            NavItem(
                _("文書"),
                "consortium:documents",
                hats={Hat.SUPPORT, Hat.WARD, Hat.AUDITOR},
                roles={*staff, *office, Role.PARTNER},
                order=50,
                area=CONSORTIUM,
            ),
            NavItem(
                _("コンソーシアムの件数"),
                "consortium:counts",
                hats={Hat.SUPPORT, Hat.WARD, Hat.POLICY, Hat.AUDITOR},
                roles={*staff, *office, Role.POLICY},
                order=70,
                area=CONSORTIUM,
            ),
            NavItem(
                _("会員"),
                "consortium:members",
                hats={Hat.FIRM, Hat.SUPPORT, Hat.WARD, Hat.AUDITOR},
                roles={*FIRM_ROLES, *staff, *office, Role.PARTNER},
                order=60,
                area=CONSORTIUM,
            ),
        )
