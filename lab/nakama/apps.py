from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NakamaConfig(AppConfig):
    name = "lab.nakama"
    label = "nakama"
    verbose_name = _("仲間まわし")

    def ready(self) -> None:
        from lab.areas import LAB, NAKAMA

        # What the room tells on a firm's card.
        from lab.nakama import firm_history  # noqa: F401
        from lab.nakama.selectors.words import waiting
        from portal.accounts.roles import Role
        from portal.kernel.actor import Hat
        from portal.ui.navigation import NavItem, register

        office = {Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN, Role.AUDITOR}
        register(
            NavItem(_("加工先を探す"), "nakama:search", hats={Hat.FIRM}, order=30, area=LAB),
            NavItem(
                pgettext_lazy("menu", "自社の加工能力"),
                "nakama:mine",
                hats={Hat.FIRM},
                order=35,
                area=LAB,
            ),
            NavItem(
                _("加工先の検索"),
                "nakama:search",
                hats={Hat.SUPPORT},
                roles={Role.ADVISOR, Role.LAB_STAFF},
                order=20,
                area=NAKAMA,
            ),
            NavItem(
                _("読み方が未定の言葉"),
                "nakama:words",
                hats={Hat.SUPPORT},
                roles={Role.LAB_STAFF},
                order=30,
                area=NAKAMA,
                badge=waiting,
            ),
            NavItem(
                _("加工の言葉の辞書"),
                "nakama:aliases",
                hats={Hat.SUPPORT},
                roles={Role.LAB_STAFF},
                order=35,
                area=NAKAMA,
            ),
            NavItem(
                _("町工場を探す"),
                "nakama:search",
                hats={Hat.WARD, Hat.AUDITOR},
                roles=office,
                order=30,
                area=LAB,
            ),
        )
