from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    verbose_name = _("アカウント")

    def ready(self) -> None:
        from portal.accounts import checks, sealing, signals  # noqa: F401

        post_migrate.connect(_let_group_into_editor, dispatch_uid="accounts.cms_group")


def _let_group_into_editor(**kwargs: object) -> None:
    """Wagtail's permission exists only after its tables do: give it to the group each time."""
    from django.contrib.auth.models import Group, Permission

    from portal.accounts.services import CMS_GROUP

    permission = Permission.objects.filter(
        content_type__app_label="wagtailadmin", codename="access_admin"
    ).first()
    if permission:
        group, _created = Group.objects.get_or_create(name=CMS_GROUP)
        group.permissions.add(permission)
