from django.apps import AppConfig


class MailingConfig(AppConfig):
    name = "portal.cms.mailing"
    label = "mailing"
