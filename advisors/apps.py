from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdvisorsConfig(AppConfig):
    name = "advisors"
    label = "advisors"
    verbose_name = _("伴走支援")

    def ready(self) -> None:
        # What the room tells on a firm's card, the list to take away.
        from advisors import firm_history, offers, reports, topics  # noqa: F401
        from advisors.areas import SUPPORT
        from advisors.selectors import board, visiting
        from portal.accounts.roles import Role
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register

        advisor = {"hats": {Hat.SUPPORT}, "roles": {Role.ADVISOR}}
        office = {Hat.WARD, Hat.AUDITOR}
        register(
            NavItem(_("訪問"), "advisors:today", order=5, badge=visiting.waiting, **advisor),
            NavItem(_("自分の登録"), "advisors:profile", order=20, **advisor),
            NavItem(_("アドバイザー"), "advisors:home", hats={Hat.FIRM}, order=10, area=SUPPORT),
            NavItem(
                _("派遣の依頼と支援"),
                "advisors:board",
                hats=office,
                order=10,
                area=SUPPORT,
                badge=board.waiting,
            ),
            NavItem(_("相談員の名簿"), "advisors:registry", hats=office, order=20, area=SUPPORT),
            NavItem(_("謝金表"), "advisors:fees", hats=office, order=30, area=SUPPORT),
            NavItem(
                _("阻害要因"),
                "advisors:barriers",
                hats={*office, Hat.POLICY},
                order=40,
                area=SUPPORT,
            ),
        )
