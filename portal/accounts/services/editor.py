"""Who enters the editor of the public pages."""

from django.contrib.auth.models import Group

from portal.accounts import roles
from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role

CMS_GROUP = "cms"
# Who writes pages, and who approves what another has written.
WRITERS = frozenset({Role.REVIEWER, Role.WARD_ADMIN, Role.SYSADMIN})
APPROVERS = frozenset({Role.APPROVER, Role.WARD_ADMIN, Role.SYSADMIN})


def let_into_editor(user: User) -> None:
    """Wagtail asks Django's groups: keep those of the editor in line with the roles held.

    One lets in, the others say where (a ward's branch, or the common pages) and what.
    """
    held = Assignment.objects.filter(user=user, revoked_at=None, role__in=roles.CMS_ROLES)
    wanted = {name for row in held for name in groups_of(row.role, row.ward_id)}
    user.groups.remove(*user.groups.filter(name__startswith=CMS_GROUP).exclude(name__in=wanted))
    user.groups.add(*(Group.objects.get_or_create(name=name)[0] for name in sorted(wanted)))


def groups_of(role: str, ward_id: int | None) -> set[str]:
    """The names of the groups that a role in a place brings."""
    branch = f"{CMS_GROUP}-{ward_id or 'common'}"
    names = {CMS_GROUP}
    if role in WRITERS:
        names.add(branch)
    if role in APPROVERS:
        names.add(f"{branch}-approve")
    return names
