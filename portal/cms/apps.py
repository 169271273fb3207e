from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "portal.cms"
    label = "cms"
    verbose_name = _("公開ページ")

    def ready(self) -> None:
        from portal.accounts.roles import CMS_ROLES
        from portal.cms import searching, signals, topics  # noqa: F401 - the kinds of notices
        from portal.cms.selectors.measures import explained
        from portal.cms.selectors.policies import published
        from portal.kernel.actor import Hat
        from portal.navi import explaining
        from portal.search import sources
        from portal.ui import policies
        from portal.ui.areas import WORK
        from portal.ui.navigation import NavItem, register

        signals.connect()
        sources.register(searching.SOURCE)
        policies.take_over(published)
        explaining.register(explained)
        register(
            NavItem(
                _("公開ページ"),
                "wagtailadmin_home",
                hats={Hat.WARD},
                roles=CMS_ROLES,
                order=50,
                area=WORK,
            ),
            NavItem(
                _("公開ページ"),
                "wagtailadmin_home",
                hats={Hat.ADMIN},
                roles=CMS_ROLES,
                order=80,
            ),
        )
