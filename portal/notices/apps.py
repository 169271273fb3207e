from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "portal.notices"
    label = "notices"
    verbose_name = _("お知らせ")

    def ready(self) -> None:
        from portal.notices import receivers  # noqa: F401 - mails about the account
