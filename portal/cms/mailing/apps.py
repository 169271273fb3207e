from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailingConfig(AppConfig):
    name = "portal.cms.mailing"
    label = "mailing"

    def ready(self) -> None:
        from portal.cms.mailing.services import TOPIC
        from portal.notices import topics

        topics.register(
            TOPIC,
            _("申し込んだ区のお知らせ"),
            reader=topics.Reader.EVERYBODY,
            digests=False,
        )
