"""At work: one inbox across modules, absence, delegation, hand-over, announcements."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DutyConfig(AppConfig):
    name = "portal.duty"
    label = "duty"
    verbose_name = _("当番と引継ぎ")

    def ready(self) -> None:
        from portal.accounts import hats, presence
        from portal.accounts.roles import Role
        from portal.duty.policies import OFFICIALS, WORKING
        from portal.duty.selectors import absences
        from portal.duty.sources import cases, figures, support  # noqa: F401 - what may wait
        from portal.kernel.actor import Hat
        from portal.ui.areas import WORK
        from portal.ui.navigation import NavItem, register

        hats.register_lender(absences.lent_roles, perhaps=absences.perhaps_lent)
        presence.register(absences.deputies_of)
        ward = {"hats": {Hat.WARD}, "roles": OFFICIALS, "area": WORK}
        register(
            NavItem(
                pgettext_lazy("menu", "受信箱"), "duty:inbox", hats=WORKING, order=10, area=WORK
            ),
            NavItem(_("不在と代理"), "duty:absences", order=20, **ward),
            NavItem(_("引継ぎと引継書"), "duty:handovers", order=30, **ward),
            NavItem(
                _("区の間のお知らせ"),
                "duty:announcements",
                hats={Hat.WARD, Hat.POLICY},
                roles={*OFFICIALS, Role.POLICY},
                order=40,
                area=WORK,
            ),
        )
