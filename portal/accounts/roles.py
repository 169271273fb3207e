"""The roles a person may hold, and the hat under which each is exercised.

A role is held per ward or per firm where that makes sense; wards and firms are only numbers here
(the apps above know their names).
"""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.kernel.actor import Hat


class Role(StrEnum):
    """Codes as stored in the database and in the audit trail."""

    FIRM_OWNER = "firm_owner"  # 企業の代表者
    FIRM_MEMBER = "firm_member"  # 企業の担当者
    REVIEWER = "reviewer"  # 担当: checks and drafts
    APPROVER = "approver"  # 決裁者: decides what another person drafted
    WARD_ADMIN = "ward_admin"  # 区管理者: people and settings of the ward
    COMMITTEE = "committee"  # 審査委員: external, scores applications of a ward
    ADVISOR = "advisor"  # 相談員
    LECTURER = "lecturer"  # 道場講師
    LAB_STAFF = "lab_staff"  # ラボ職員
    PARTNER = "partner"  # コンソーシアム会員: somebody of a university, a bank, a vendor
    POLICY = "policy"  # 政策担当: aggregates of all wards
    AUDITOR = "auditor"  # 監査: reads all, writes nothing
    SYSADMIN = "sysadmin"  # システム管理者: accounts and settings, no case data


LABELS: dict[Role, Promise] = {
    Role.FIRM_OWNER: _("企業の代表者"),
    Role.FIRM_MEMBER: _("企業の担当者"),
    Role.REVIEWER: _("担当"),
    Role.APPROVER: _("決裁者"),
    Role.WARD_ADMIN: _("区管理者"),
    Role.COMMITTEE: _("審査委員"),
    Role.ADVISOR: _("相談員"),
    Role.LECTURER: _("道場講師"),
    Role.LAB_STAFF: _("ラボ職員"),
    Role.PARTNER: _("コンソーシアム会員"),
    Role.POLICY: _("政策担当"),
    Role.AUDITOR: _("監査"),
    Role.SYSADMIN: _("システム管理者"),
}

HAT_OF: dict[Role, Hat] = {
    Role.FIRM_OWNER: Hat.FIRM,
    Role.FIRM_MEMBER: Hat.FIRM,
    Role.REVIEWER: Hat.WARD,
    Role.APPROVER: Hat.WARD,
    Role.WARD_ADMIN: Hat.WARD,
    Role.COMMITTEE: Hat.REVIEW,
    Role.ADVISOR: Hat.SUPPORT,
    Role.LECTURER: Hat.SUPPORT,
    Role.LAB_STAFF: Hat.SUPPORT,
    Role.PARTNER: Hat.SUPPORT,
    Role.POLICY: Hat.POLICY,
    Role.AUDITOR: Hat.AUDITOR,
    Role.SYSADMIN: Hat.ADMIN,
}

# Held in a firm by membership (the app `programs`), never by assignment.
FIRM_ROLES = frozenset({Role.FIRM_OWNER, Role.FIRM_MEMBER})
# Invited, and never without a second factor.
STAFF_ROLES = frozenset(Role) - FIRM_ROLES
WARD_ROLES = frozenset({Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN, Role.COMMITTEE})
ALL_WARD_ROLES = frozenset({Role.POLICY, Role.AUDITOR, Role.SYSADMIN})
# May serve one ward or all of them.
SUPPORT_ROLES = STAFF_ROLES - WARD_ROLES - ALL_WARD_ROLES
STAFF_HATS = frozenset(HAT_OF[role] for role in STAFF_ROLES)
# What a ward administrator may hand out in the own ward.
GRANTABLE_IN_WARD = WARD_ROLES | SUPPORT_ROLES
# Who may enter the editor of the public pages.
CMS_ROLES = frozenset({Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN, Role.SYSADMIN})


def codes(roles: frozenset[Role]) -> list[str]:
    """The stored codes, sorted (for constraints and queries)."""
    return sorted(role.value for role in roles)


def choices(roles: frozenset[Role] = frozenset(Role)) -> list[tuple[str, Promise]]:
    """(code, label) in the order of the enumeration."""
    return [(role.value, LABELS[role]) for role in Role if role in roles]


def label(code: str) -> str:
    """The role's name on screens; an unknown code is shown as it is."""
    return str(LABELS[Role(code)]) if code in set(Role) else code


def scope_error(role: Role, *, ward_id: int | None, firm_id: int | None) -> str | None:
    """Why the role cannot be held there, in words for the screen, or None."""
    if role in FIRM_ROLES:
        return None if firm_id and not ward_id else str(_("企業の役割には企業を指定してください。"))
    if firm_id:
        return str(_("職員の役割に企業は指定できません。"))
    if role in WARD_ROLES and not ward_id:
        return str(_("この役割には区を指定してください。"))
    if role in ALL_WARD_ROLES and ward_id:
        return str(_("この役割は全区が対象です。区は指定できません。"))
    return None
