from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowupConfig(AppConfig):
    name = "dojo.followup"
    label = "followup"
    verbose_name = _("修了後のフォロー")

    def ready(self) -> None:
        from dojo import tabs
        from dojo.areas import COURSES

        # What the room tells on a firm's card, the lists to take away, mails that come back.
        from dojo.followup import firm_history, reports, services  # noqa: F401
        from dojo.followup.mails import TOPIC
        from dojo.followup.notices import REPORTED
        from portal.accounts.roles import Role
        from portal.kernel.actor import Hat
        from portal.notices import topics
        from portal.ui.navigation import NavItem, register

        topics.register(
            REPORTED, _("投資の報告が届いたこと（区職員）"), reader=topics.Reader.OFFICE
        )
        topics.register(TOPIC, _("講座の修了後の調査"), digests=False)
        tabs.register("followup:board", _("修了後"))
        register(
            NavItem(_("修了後の報告"), "followup:mine", hats={Hat.FIRM}, order=30, area=COURSES),
            NavItem(
                _("修了後のフォロー"),
                "followup:cohorts",
                hats={Hat.WARD, Hat.AUDITOR},
                order=20,
                area=COURSES,
            ),
            NavItem(
                _("修了者への調査"),
                "followup:cohorts",
                hats={Hat.SUPPORT},
                roles={Role.LECTURER},
                order=25,
            ),
        )
