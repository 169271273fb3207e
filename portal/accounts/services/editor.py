"""Who enters the editor of the public pages."""

from django.contrib.auth.models import Group

from portal.accounts import roles
from portal.accounts.models import Assignment, User

CMS_GROUP = "cms"


def let_into_editor(user: User) -> None:
    """Wagtail asks Django's groups: keep the one for the editor in line with the roles held."""
    group, _created = Group.objects.get_or_create(name=CMS_GROUP)
    held = Assignment.objects.filter(user=user, revoked_at=None, role__in=roles.CMS_ROLES)
    if held.exists():
        user.groups.add(group)
    else:
        user.groups.remove(group)
